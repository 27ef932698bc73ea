import ArgumentParser
import SweepAPI
import SweepClient
import SweepModel

/// The sweep file of `submit` and `plan`, and what changes it.
struct SweepFileOptions: ParsableArguments {
    @Argument(help: "The sweep file, or - for standard input.", completion: .file(extensions: ["json", "yaml", "yml"]))
    var file: String

    @Option(
        name: .long,
        help: ArgumentHelp(
            "Change a value of the file, as in `seed=7` or `parameters.reg.values=[0.1,0.01]`; may be repeated.",
            valueName: "key=value"),
        transform: Self.override)
    var set: [SubmitRequest.Override] = []

    @Option(name: .long, help: "The sweep's name, in place of the file's.")
    var name: String?

    /// The largest sweep file in bytes, as the daemon has it.
    static let longestFile = 4 << 20

    @Sendable static func override(_ text: String) throws -> SubmitRequest.Override {
        guard let equals = text.firstIndex(of: "="), equals > text.startIndex else {
            throw ValidationError("write key=value, as in seed=7")
        }
        return SubmitRequest.Override(key: String(text[..<equals]), value: String(text[text.index(after: equals)...]))
    }

    /// Reads the file. Throws ``CommandExit`` of status `usage` when it cannot be read as text.
    func request(_ console: Console) throws -> SubmitRequest {
        let bytes: [UInt8]
        do {
            bytes =
                file == "-"
                ? try console.readInput(Self.longestFile) : try FileAccess.read(file, limit: Self.longestFile)
        } catch let error as Descriptor.Failure {
            throw CommandExit.usage("cannot read \(shownName): \(error)")
        }
        guard bytes.count <= Self.longestFile else {
            throw CommandExit.usage("\(shownName) is larger than 4 MiB; a sweep file holds values, not results")
        }
        guard let text = String(validating: bytes, as: UTF8.self) else {
            throw CommandExit.usage("\(shownName) is not UTF-8 text; save it as UTF-8")
        }
        return SubmitRequest(file: text, set: set.isEmpty ? nil : set, name: name)
    }

    /// Prints what the file says to no effect, on standard error; JSON has it already.
    func show(_ notes: [String]?, _ output: Output) {
        guard output.format == .table else { return }
        for note in notes ?? [] { output.note("note: \(note)") }
    }

    /// Runs a request; turns the places of an invalid sweep file into one line each.
    func reporting<Reply>(_ body: () async throws -> Reply) async throws -> Reply {
        do {
            return try await body()
        } catch let error as ClientError {
            guard case .problem(let problem) = error.code, let text = places(problem) else { throw error }
            Console.current.note(text)
            let count = problem.errors?.count ?? 0
            throw CommandExit(
                error.exitStatus,
                "\(shownName) is not a valid sweep: \(Text.count(count, "error")), nothing was submitted")
        }
    }

    /// `FILE:line:column: /pointer: detail` for each place; nil without any.
    func places(_ problem: Problem) -> String? {
        guard let errors = problem.errors, !errors.isEmpty else { return nil }
        return errors.map { place in
            var text = shownName
            if let line = place.line { text += ":\(line)" + (place.column.map { ":\($0)" } ?? "") }
            return text + ": " + (place.pointer.isEmpty ? "" : place.pointer + ": ") + place.detail
        }.joined(separator: "\n")
    }

    private var shownName: String { file == "-" ? "<stdin>" : file }
}
