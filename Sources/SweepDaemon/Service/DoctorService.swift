import Datasets
import NeuralCore
import SweepAPI
import SweepEngine

/// Looks at the box as the daemon sees it.
struct DoctorService: Sendable {
    let engine: SweepEngine

    func findings() async throws(EngineError) -> [DoctorReply.Finding] {
        var findings = [
            await trouble(), disk(engine.stateDirectory, "state folder"), isa(), try await datasets(),
        ]
        findings += await files()
        return findings
    }

    private func trouble() async -> DoctorReply.Finding {
        if let trouble = await engine.currentTrouble { return .init(.problem, "recording", trouble) }
        return .init(.ok, "recording", "results are being written")
    }

    private func disk(_ path: String, _ subject: String) -> DoctorReply.Finding {
        let disk = BoxService.disk(path)
        guard disk.total > 0 else {
            return .init(.problem, subject, "\(path) cannot be looked at; is it there, and may the daemon read it?")
        }
        let words = "\(path) has \(disk.free >> 20) MiB free"
        switch disk.free {
        case ..<(64 << 20): return .init(.problem, subject, words + "; new sweeps will be refused soon, make room")
        case ..<(1 << 30): return .init(.warning, subject, words)
        default: return .init(.ok, subject, words)
        }
    }

    private func isa() -> DoctorReply.Finding {
        let isa = engine.instructionSet
        return isa == .baseline
            ? .init(.warning, "processor", "no vector instructions that the kernels know; training is slow")
            : .init(.ok, "processor", "kernels for \(isa.rawValue), \(engine.workers) workers")
    }

    private func datasets() async throws(EngineError) -> DoctorReply.Finding {
        let found = try await engine.dataPool.inspect { locator throws(DatasetError) in locator.available() }
        let names = found.map(\.name).filter { $0 != "synthetic" }
        return names.isEmpty
            ? .init(
                .warning, "data sets",
                "none in \(engine.dataPool.locator.dataFolder); fetch one: sweepctl dataset fetch cifar10")
            : .init(.ok, "data sets", names.joined(separator: ", "))
    }

    private func files() async -> [DoctorReply.Finding] {
        do throws(EngineError) {
            let check = try await engine.checkFiles(contents: false)
            if check.findings.isEmpty { return [.init(.ok, "database", "sound, \(check.files) files in place")] }
            return check.findings.map { .init(.problem, "database", $0) }
        } catch {
            return [.init(.problem, "database", error.message)]
        }
    }
}
