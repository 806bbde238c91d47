// Adds a form to a page that lists things in tables: it hides the rows that do not fit. Without it, all are shown.
"use strict";
(() => {
  const tables = [...document.querySelectorAll("table.reports, table.actions")];
  if (!tables.length) return;
  const rows = tables.flatMap(table => [...table.tBodies].flatMap(body => [...body.rows]));
  const form = document.createElement("form");
  form.className = "filters";
  form.setAttribute("role", "search");
  const add = (text, control) => {
    const label = document.createElement("label");
    label.append(control.type === "checkbox" ? "" : text, control, control.type === "checkbox" ? text : "");
    form.append(label);
    return control;
  };
  const make = (name, properties) => Object.assign(document.createElement(name), properties);
  const valuesOf = (row, column) => {
    const cell = row.cells[column], labels = [...cell.querySelectorAll(".label")];
    return (labels.length ? labels : [cell]).map(part => part.textContent.trim());
  };
  const search = add(words.search, make("input", { type: "search" }));
  const selects = words.columns.map(({ column, name }) => {
    const values = [...new Set(rows.flatMap(row => valuesOf(row, column)))].filter(Boolean).sort();
    const select = add(name, make("select"));
    select.append(new Option(words.all, ""), ...values.map(value => new Option(value, value)));
    return { column, select };
  });
  const overdue = words.overdue && add(words.overdue.name, make("input", { type: "checkbox" }));
  const count = form.appendChild(make("output"));
  const fits = row => row.textContent.toLowerCase().includes(search.value.trim().toLowerCase())
    && selects.every(({ column, select }) => !select.value || valuesOf(row, column).includes(select.value))
    && !(overdue && overdue.checked && row.cells[words.overdue.column].textContent.trim() === "0");
  const apply = () => {
    for (const row of rows) row.hidden = !fits(row);
    for (const table of tables) {
      const empty = ![...table.tBodies].some(body => [...body.rows].some(row => !row.hidden));
      table.closest("section").hidden = empty;
    }
    const shown = rows.filter(row => !row.hidden).length;
    count.textContent = words.shown.replace("{shown}", shown).replace("{all}", rows.length);
  };
  form.addEventListener("input", apply);
  form.addEventListener("submit", event => event.preventDefault());
  document.querySelector("main").prepend(form);
  apply();
})();
