"""A rota as CSV: a file, or an address that serves one."""
