"""SQL of the databases, DATABASE-NUMBER-WHAT.sql; a migration only adds (D20)."""
