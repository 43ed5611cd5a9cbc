"""What docker-compose.yml runs beside the product's own commands."""
