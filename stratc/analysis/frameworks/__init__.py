"""What frameworks and servers do by themselves, accept and demand."""
