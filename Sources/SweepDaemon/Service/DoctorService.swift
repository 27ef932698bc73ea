import Datasets
import Glibc
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
        findings += try await footprint()
        findings.append(descriptors())
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

    /// How large the state folder is, may become, and whether there is room for that.
    private func footprint() async throws(EngineError) -> [DoctorReply.Finding] {
        let size = try await engine.footprint()
        func mebibytes(_ bytes: Int) -> String { "\((bytes + (1 << 20) - 1) >> 20) MiB" }
        let parts = [
            ("database", size.database), ("models", size.models), ("checkpoints", size.checkpoints),
            ("copies from before migrations", size.copies), ("damaged files", size.damaged),
            ("replaced databases", size.replaced),
        ].filter { $0.1 > 0 }.map { "\($0.0) \(mebibytes($0.1))" }
        let words =
            "\(mebibytes(size.now)) now (\(parts.joined(separator: ", "))), at most \(mebibytes(size.ceiling)) with what "
            + "runs and waits"
        let free = BoxService.disk(engine.stateDirectory).free
        var findings: [DoctorReply.Finding] = [
            size.growth > free
                ? .init(
                    .warning, "size",
                    words + "; only \(mebibytes(free)) are free: make room, `sweepctl prune`, or lower "
                        + "keep_models or max_parallel")
                : .init(.ok, "size", words)
        ]
        if size.damagedFiles > 0 {
            findings.append(
                .init(
                    .warning, "damaged files",
                    "\(size.damagedFiles) are set aside in \(engine.stateDirectory)/\(StateFolder.damaged); is the disk "
                        + "sound? `sweepctl prune` removes them after 30 days"))
        }
        return findings
    }

    /// Of this process.
    private func descriptors() -> DoctorReply.Finding {
        var limit = rlimit()
        guard getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) == 0 else {
            return .init(.warning, "descriptors", "the limit of open files is not known")
        }
        let open = BoxService.openFiles()
        let words = "\(open) of \(limit.rlim_cur) open files"
        return Int(clamping: limit.rlim_cur) < max(256, 2 * open)
            ? .init(.warning, "descriptors", words + "; raise LimitNOFILE in the unit, or `ulimit -n`")
            : .init(.ok, "descriptors", words)
    }

    private func isa() -> DoctorReply.Finding {
        let isa = engine.instructionSet
        return isa == .baseline
            ? .init(.warning, "processor", "no vector instructions that the kernels know; training is slow")
            : .init(
                .ok, "processor",
                "kernels for \(isa.rawValue), \(engine.workers) worker\(engine.workers == 1 ? "" : "s")")
    }

    private func datasets() async throws(EngineError) -> DoctorReply.Finding {
        let found = try await engine.dataPool.inspect { locator throws(DatasetError) in locator.available() }
        if let bad = found.first(where: { $0.problem != nil }), let problem = bad.problem {
            return .init(.warning, "data sets", "\(bad.path ?? bad.name): \(problem)")
        }
        let files = found.count { $0.path != nil }
        var names = found.filter { $0.path == nil && $0.name != "synthetic" }.map(\.name)
        if files > 0 { names.append(files == 1 ? "1 npz file" : "\(files) npz files") }
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
