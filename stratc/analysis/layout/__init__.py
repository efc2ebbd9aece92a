"""Where everything lies: degrees, devices, stages, groups, and the shares that they get."""
