"""What exists, what follows and what must hold: OWL (*.ttl), rules (rule_*.rq), checks (check_*.rq, check_*.py)."""
