import java.io.File;
import java.util.Map;
import java.util.TreeMap;
import java.util.logging.LogManager;
import org.verapdf.gf.foundry.VeraGreenfieldFoundryProvider;
import org.verapdf.pdfa.Foundries;
import org.verapdf.pdfa.PDFAParser;
import org.verapdf.pdfa.PDFAValidator;
import org.verapdf.pdfa.flavours.PDFAFlavour;
import org.verapdf.pdfa.results.TestAssertion;
import org.verapdf.pdfa.results.ValidationResult;

/**
 * Checks files with veraPDF. Each argument is FLAVOURS=FILE, such as ua1,3a=report.pdf: PDF/UA-1 (ISO 14289-1) and
 * PDF/A-3a (ISO 19005-3). Prints each violated rule and exits with 1 if there are any.
 */
public class CheckPdf {
  private static final int SHOWN_PER_RULE = 3;

  public static void main(String[] arguments) throws Exception {
    LogManager.getLogManager().reset();
    VeraGreenfieldFoundryProvider.initialise();
    boolean passed = true;
    for (String argument : arguments) {
      String[] parts = argument.split("=", 2);
      for (String flavour : parts[0].split(",")) {
        passed &= check(new File(parts[1]), flavour);
      }
    }
    System.exit(passed ? 0 : 1);
  }

  private static boolean check(File file, String name) throws Exception {
    PDFAFlavour flavour = PDFAFlavour.byFlavourId(name);
    if (flavour == PDFAFlavour.NO_FLAVOUR) {
      throw new IllegalArgumentException("veraPDF does not know " + name);
    }
    PDFAValidator validator =
        Foundries.defaultInstance().createValidator(flavour, SHOWN_PER_RULE, false, false, false);
    try (PDFAParser parser = Foundries.defaultInstance().createParser(file, flavour)) {
      ValidationResult result = validator.validate(parser);
      Map<String, String> violations = new TreeMap<>();
      for (TestAssertion assertion : result.getTestAssertions()) {
        if (assertion.getStatus() == TestAssertion.Status.FAILED) {
          String rule = assertion.getRuleId().getClause() + "-" + assertion.getRuleId().getTestNumber();
          violations.putIfAbsent(rule, assertion.getMessage() + "\n    " + assertion.getLocation().getContext());
        }
      }
      violations.forEach(
          (rule, message) -> System.out.println(file.getName() + ": " + name + " rule " + rule + ": " + message));
      if (result.getTotalAssertions() == 0) {
        System.out.println(file.getName() + ": nothing was checked");
      }
      return result.isCompliant() && result.getTotalAssertions() > 0;
    }
  }
}
