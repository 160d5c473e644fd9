"""A service that receives KVS callbacks: FastAPI, SQLAlchemy, SQLite or PostgreSQL."""
