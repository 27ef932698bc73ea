// SweepDaemon
