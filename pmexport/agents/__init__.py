"""pmexport for agents: a server of the Model Context Protocol, and a guide. Both work in one folder only."""
