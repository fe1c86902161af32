"""Platform -> merchant: notifications, their ladders, and the courier that carries them."""
