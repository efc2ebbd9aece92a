"""What figures and names say of the model, the machines and the workload."""
