"""Rule files: YAML into a rule set."""
