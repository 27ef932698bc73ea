import ArgumentParser
import Datasets
import SweepAPI
import SweepClient
import SweepModel

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// The program `sweepctl`.
public enum Sweepctl {
    /// Runs the command that the process was started with, and exits with its status.
    public static func main() async -> Never {
        // A reader that has gone shows as an error of write(2), which ends the command quietly.
        signal(SIGPIPE, SIG_IGN)
        exit(await run(Array(CommandLine.arguments.dropFirst()), Console.current))
    }

    /// Runs one command and returns its exit status.
    static func run(_ arguments: [String], _ console: Console) async -> Int32 {
        await Console.$current.withValue(console) {
            do {
                let arguments = hoistingOptions(arguments)
                try refuseUnknownCommand(arguments)
                try refuseNegativeNumber(arguments)
                var command = try SweepctlCommand.parseAsRoot(arguments)
                if var command = command as? any AsyncParsableCommand {
                    try await command.run()
                } else {
                    try command.run()
                }
                return ExitStatus.done.rawValue
            } catch {
                return report(error, console).rawValue
            }
        }
    }

    /// Says what went wrong, on standard error, and how to exit.
    static func report(_ error: any Error, _ console: Console) -> ExitStatus {
        switch error {
        case let error as CommandExit:
            if let message = error.message { console.note("sweepctl: \(message)") }
            return error.status
        case let error as ClientError:
            console.note("sweepctl: \(error.message)")
            if case .problem(let problem) = error.code {
                for place in problem.errors ?? [] { console.note("  \(place.pointer): \(place.detail)") }
            }
            return error.exitStatus
        case let error as DatasetError:
            console.note("sweepctl: \(error.message)")
            return error.exitStatus
        case is OutputClosed:
            return .done
        case is CancellationError:
            return .interrupted
        case let error as Descriptor.Failure:
            console.note("sweepctl: reading or writing failed: \(error)")
            return .failed
        default:
            return reportParsing(error, console)
        }
    }

    /// Help goes to standard output; ArgumentParser's own status for a wrong usage is 64, ours is 2.
    private static func reportParsing(_ error: any Error, _ console: Console) -> ExitStatus {
        let code = SweepctlCommand.exitCode(for: error)
        let message = SweepctlCommand.fullMessage(for: error)
        if code.isSuccess {
            do { try console.output.writeLine(message) } catch { return .done }
            return .done
        }
        console.note(message)
        return code == .validationFailure ? .usage : .failed
    }

    /// `status` is the default command: without this, a mistyped command would be taken for the sweep that it shows.
    private static func refuseUnknownCommand(_ arguments: [String]) throws {
        guard let word = arguments.first, word.first?.isLetter == true else { return }
        let names = SweepctlCommand.configuration.subcommands.map { $0._commandName } + ["help"]
        guard !names.contains(word) else { return }
        let near = NearestWord.nearest(to: word, in: names) ?? names.first { $0.hasPrefix(word) }
        throw CommandExit(
            .usage,
            "there is no command \"\(word)\"; "
                + (near.map { "did you mean `sweepctl \($0)`?" } ?? "`sweepctl --help` lists them")
        )
    }

    /// The parser would take it for an option, and say that the number is missing.
    private static func refuseNegativeNumber(_ arguments: [String]) throws {
        guard let word = arguments.dropFirst().first, let number = Int64(word), number < 0 else { return }
        throw CommandExit(
            .usage, "\(word) is no number of a sweep or a trial; these are whole numbers from 1 on")
    }

    /// Moves `--json`, `--socket` and `--token-file` from before the command to behind it, where the parser looks for them.
    static func hoistingOptions(_ arguments: [String]) -> [String] {
        var hoisted: [String] = []
        var rest = arguments[...]
        while let first = rest.first {
            if first == "--json" || first.hasPrefix("--socket=") || first.hasPrefix("--token-file=") {
                hoisted.append(rest.removeFirst())
            } else if first == "--socket" || first == "--token-file", rest.count > 1 {
                hoisted += rest.prefix(2)
                rest = rest.dropFirst(2)
            } else {
                break
            }
        }
        guard let command = rest.first, !command.hasPrefix("-") else { return arguments }
        // `dataset list`: the options belong to the inner command.
        let depth = command == "dataset" && rest.dropFirst().first.map { !$0.hasPrefix("-") } ?? false ? 2 : 1
        return rest.prefix(depth) + hoisted + rest.dropFirst(depth)
    }
}
