import SweepAPI
import SweepClient

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// `plot --all`: every plot of a sweep and of its best trial, one file each.
struct PlotFolder {
    struct Reply: Codable, Equatable {
        var sweep: Int64
        /// Whose plots are there too; nil while none has completed.
        var trial: Int64?
        var files: [PlotCommand.Reply]
    }

    let command: PlotCommand
    let client: SweepClient
    let output: Output

    func write() async throws -> ExitStatus {
        let folder = try Self.make(command.output ?? ".")
        let format = command.format ?? .svg
        let best = try await client.best(client.latest(or: PlotWords(command.words).sweep), top: 1)
        let trial = best.best?.trial
        var subjects = SweepPlotKind.allCases.map { PlotSubject.sweep(best.sweep, $0) }
        if let trial {
            subjects += TrialPlotKind.allCases.map { .trial(trial, $0) }
        } else {
            output.note("sweepctl: no trial of sweep \(best.sweep) has completed; there are no plots of a best one")
        }
        if format == .png { subjects.removeAll { !$0.kind.isPicture } }
        var reply = Reply(sweep: best.sweep, trial: trial, files: [])
        for subject in subjects {
            do {
                let content = try await command.draw(subject, command.query(format), client)
                let file = "\(folder)/\(subject.fileName).\(format.fileExtension)"
                try PlotCommand.write(content, to: file, replacing: true)
                var one = PlotCommand.Reply(subject, format)
                (one.file, one.bytes) = (file, content.count)
                reply.files.append(one)
            } catch let error as ClientError where error.isAboutThisPlot {
                output.note("sweepctl: \(subject.fileName) is left out: \(error.message)")
            }
        }
        let written = reply
        try output.show(written) { _ in
            written.files.map { "\($0.file ?? ""): \(Format.bytes($0.bytes ?? 0))\n" }.joined()
        }
        return .done
    }

    /// Makes the folder unless it is there, and returns its path without a slash at the end.
    private static func make(_ path: String) throws -> String {
        guard mkdir(path, 0o777) == 0 || errno == EEXIST else {
            throw CommandExit(.failed, "cannot make the folder \(path): \(Descriptor.Failure(code: errno))")
        }
        let trimmed = path.hasSuffix("/") ? String(path.dropLast()) : path
        return trimmed.isEmpty ? "/" : trimmed
    }
}

extension ClientError {
    /// Whether the daemon cannot draw this one, while others may go well.
    fileprivate var isAboutThisPlot: Bool {
        if case .problem(let problem) = code {
            problem.code == .conflict || problem.code == .invalidRequest
        } else {
            false
        }
    }
}
