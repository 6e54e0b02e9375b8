"""What the graph answers: one SPARQL file a question."""
