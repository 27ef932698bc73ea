import ServiceLifecycle
import SweepAPI
import SweepEngine
import SweepModel

/// Keeps systemd told: a status line while sweeps run, and the watchdog's food, but only while the engine answers.
struct WatchService: Service {
    let service: LocalSweepService
    let engine: SweepEngine
    let manager: ServiceManager

    func run() async throws {
        let interval = min(manager.watchdogInterval ?? .seconds(10), .seconds(10))
        await cancelWhenGracefulShutdown {
            while !Task.isCancelled {
                _ = await engine.busyWorkers
                if manager.watchdogInterval != nil { manager.feedWatchdog() }
                if manager.isThere, let line = await statusLine() { manager.status(line) }
                do { try await Task.sleep(for: interval) } catch { return }
            }
        }
        manager.stopping()
    }

    private func statusLine() async -> String? {
        do throws(Problem) {
            let status = try await service.status(before: nil, limit: 50)
            if let trouble = status.daemon.trouble { return "waiting: \(trouble)" }
            let running = status.sweeps.filter { $0.state == .running }
            guard let sweep = running.first else { return "idle" }
            let best = sweep.best.map { ", best \($0.valAccuracy)" } ?? ""
            let others = running.count > 1 ? ", \(running.count - 1) more sweeps" : ""
            return "sweep \(sweep.sweep): \(Int(sweep.progress * 100)) % of \(sweep.trials) trials, "
                + "\(sweep.count(.running)) running, \(sweep.count(.queued)) queued" + best + others
        } catch {
            return "the status cannot be read: \(error.detail)"
        }
    }
}
