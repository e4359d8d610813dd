"""What only the store in PostgreSQL needs: its driver, its lock, its errors."""
