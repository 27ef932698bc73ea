// SweepHTTP
