import SweepAPI

/// Numbers of the sweeps and of this process, read when somebody asks.
struct SweepGauges<Service: SweepService>: Sendable {
    let service: Service

    func samples() async throws -> [PrometheusMetrics.Sample] {
        let status = try await service.status(before: nil, limit: 20)
        let daemon = status.daemon
        var samples: [PrometheusMetrics.Sample] = [
            .init("sweepd_workers", "Workers.", Double(daemon.workers)),
            .init("sweepd_workers_busy", "Workers that run a slice.", Double(daemon.busyWorkers)),
            .init("sweepd_memory_bytes", "Resident memory.", Double(daemon.memoryBytes)),
            .init("sweepd_uptime_seconds", "Since the daemon's start.", daemon.uptimeSeconds),
            .init("sweepd_trouble", "1 while nothing can be recorded.", daemon.trouble == nil ? 0 : 1),
        ]
        for sweep in status.sweeps {
            let id = ("sweep", String(sweep.sweep))
            for (state, count) in sweep.counts.sorted(by: { $0.key < $1.key }) {
                samples.append(
                    .init("sweepd_trials", "Trials by state.", Double(count), labels: [id, ("state", state)]))
            }
            samples.append(.init("sweepd_sweep_progress", "Fraction done.", sweep.progress, labels: [id]))
            if let best = sweep.best {
                samples.append(
                    .init("sweepd_best_val_accuracy", "Best so far.", best.valAccuracy, labels: [id]))
            }
        }
        return samples
    }
}
