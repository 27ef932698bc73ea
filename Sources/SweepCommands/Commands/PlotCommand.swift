import ArgumentParser
import FoundationEssentials
import SweepAPI
import SweepClient

struct PlotCommand: ClientCommand {
    static let configuration = CommandConfiguration(
        commandName: "plot",
        abstract: "Draw a sweep or a trial: on the terminal, or into a file.",
        discussion: """
            WORDS are the number of a sweep (the latest one when left out) and the name of a plot (curves when left \
            out), in any order. With --trial T: a plot of that trial, accuracy when left out. A trial's plot without \
            --trial is of the sweep's best one. A file's extension says its format: .svg, .png, .txt.

              sweepctl plot
              sweepctl plot 1 heatmap --x learning_rate --y reg
              sweepctl plot 1 parallel --output parallel.svg --theme light
              sweepctl plot --trial 17 weights --output weights.png
              sweepctl plot 1 --all --output pictures/
              sweepctl plot --list
            """)

    @OptionGroup var globals: GlobalOptions

    @Argument(
        help: "The sweep's number, the plot's name, or both.",
        completion: .list(PlotKind.all.map(\.name)))
    var words: [String] = []

    @Option(name: .long, help: "A plot of this trial.", transform: Identifier.trial)
    var trial: Int64?

    @Option(
        name: .long, help: "svg, png (weights and mistakes only) or terminal.",
        completion: Choice<PlotQuery.Format>.completion, transform: Choice.read)
    var format: PlotQuery.Format?

    @Option(
        name: [.short, .long], help: "Write to this file, whole or not at all; - is standard output.",
        completion: .file())
    var output: String?

    @Option(name: .long, help: "The parameter across: heatmap, slice.")
    var x: String?

    @Option(name: .long, help: "The parameter upwards: heatmap.")
    var y: String?

    @Option(
        name: .long, help: "val_accuracy, train_accuracy, val_loss or train_loss.",
        completion: Choice<PlotQuery.Metric>.completion, transform: Choice.read)
    var metric: PlotQuery.Metric?

    @Option(
        name: .long, help: "What a heat map's cell shows of its trials: best or mean.",
        completion: Choice<PlotQuery.Value>.completion, transform: Choice.read)
    var value = PlotQuery.Value.best

    @Option(
        name: .long, help: "Of SVG: light, dark, or auto, as the reader's system has it.",
        completion: Choice<PlotQuery.Theme>.completion, transform: Choice.read)
    var theme = PlotQuery.Theme.auto

    @Option(name: .long, help: "Columns of a terminal, pixels of SVG.")
    var width: Int?

    @Flag(name: .long, help: "Write every plot of the sweep, and of its best trial, into the folder --output.")
    var all = false

    @Flag(name: .long, help: "List the plots that there are.")
    var list = false

    func validate() throws {
        let words = try PlotWords(words)
        if list, trial != nil || all || output != nil || !self.words.isEmpty {
            throw ValidationError("--list goes alone")
        }
        if all, words.kind != nil { throw ValidationError("--all writes every plot; leave the plot's name out") }
        if all, trial != nil { throw ValidationError("--all is of a sweep; name it by its number, without --trial") }
        if all, output == nil || output == "-" { throw ValidationError("--all needs a folder: --output DIR") }
        if trial != nil, words.sweep != nil {
            throw ValidationError("a trial belongs to one sweep; leave the sweep's number out, or --trial")
        }
        if trial != nil, let kind = words.kind {
            guard case .trial = kind else {
                throw ValidationError("\(kind.name) is no plot of a trial; `sweepctl plot --list` lists those")
            }
        }
        if let width, !PlotQuery.widths.contains(width) {
            let range = PlotQuery.widths
            throw ValidationError("--width is \(range.lowerBound) to \(range.upperBound)")
        }
    }

    func run() async throws {
        // The list needs no daemon.
        if list { return try globals.output(Console.current).show(PlotList()) { PlotList.text($0) } }
        try await runWithClient()
    }

    func run(_ client: SweepClient, _ output: Output) async throws -> ExitStatus {
        if all { return try await PlotFolder(command: self, client: client, output: output).write() }
        let (subject, words) = try await subject(client, output)
        let stream = output.console.output
        let target = try PlotTarget(
            output: self.output, format: format, kind: words, isTerminal: stream.isTerminal && !globals.json)
        let content = try await draw(subject, query(target, stream), client)
        let reply = Reply(subject, target.format)
        if let file = target.file {
            try Self.write(content, to: file, replacing: true)
            var reply = reply
            (reply.file, reply.bytes) = (file, content.count)
            try output.show(reply) { _ in "\(file): \(Format.bytes(content.count))" }
        } else if globals.json {
            guard target.format != .png else {
                throw CommandExit.usage("--json prints texts; give --output FILE for the PNG")
            }
            var reply = reply
            reply.text = String(decoding: content, as: UTF8.self)
            try output.show(reply) { _ in "" }
        } else {
            try stream.write(target.format == .terminal ? Self.safe(content) : Array(content))
        }
        return .done
    }

    /// What to draw; the latest sweep and its best trial are asked for when they are not named.
    private func subject(_ client: SweepClient, _ output: Output) async throws -> (PlotSubject, PlotKind) {
        let words = try PlotWords(words)
        switch (words.kind, trial) {
        case (.workers, _): return (.workers, .workers)
        case (.trial(let kind), let trial?): return (.trial(trial, kind), .trial(kind))
        case (_, let trial?): return (.trial(trial, .accuracy), .trial(.accuracy))
        case (.trial(let kind), nil):
            let best = try await client.best(client.latest(or: words.sweep), top: 1)
            guard let trial = best.best?.trial else {
                throw CommandExit(
                    .notFound,
                    "no trial of sweep \(best.sweep) has completed, so there is no best one; name one with --trial")
            }
            output.note("sweepctl: this is trial \(trial), the best one of sweep \(best.sweep)")
            return (.trial(trial, kind), .trial(kind))
        case (.sweep(let kind), nil): return (.sweep(try await client.latest(or: words.sweep), kind), .sweep(kind))
        case (nil, nil): return (.sweep(try await client.latest(or: words.sweep), .curves), .sweep(.curves))
        }
    }

    private func query(_ target: PlotTarget, _ stream: Console.Stream) -> PlotQuery {
        var query = query(target.format)
        guard target.format == .terminal else { return query }
        query.ascii = !stream.unicode
        if target.file == nil, !globals.json {
            let widths = PlotQuery.widths
            query.width = width ?? stream.columns().map { min(max($0, widths.lowerBound), widths.upperBound) }
            if stream.colors { query.colors = Self.colors(Console.current.environment) }
        }
        return query
    }

    /// How files are drawn, and pipes.
    func query(_ format: PlotQuery.Format) -> PlotQuery {
        PlotQuery(format: format, width: width, theme: theme, x: x, y: y, metric: metric, value: value)
    }

    static func colors(_ environment: [String: String]) -> PlotQuery.Colors {
        // What terminals set that know 24-bit colors: https://github.com/termstandard/colors
        ["truecolor", "24bit"].contains(environment["COLORTERM"]) ? .trueColor : .ansi256
    }
}

extension PlotCommand {
    struct Reply: Codable, Equatable {
        var plot: String
        var sweep: Int64?
        var trial: Int64?
        var format: String
        /// Where it was written.
        var file: String?
        var bytes: Int?
        /// The picture itself, where no file was named.
        var text: String?

        init(_ subject: PlotSubject, _ format: PlotQuery.Format) {
            (plot, self.format) = (subject.kind.name, format.rawValue)
            switch subject {
            case .sweep(let id, _): sweep = id
            case .trial(let id, _): trial = id
            case .workers: break
            }
        }
    }

    func draw(_ subject: PlotSubject, _ query: PlotQuery, _ client: SweepClient) async throws -> Data {
        switch subject {
        case .sweep(let id, let kind): try await client.plot(kind, of: id, query)
        case .trial(let id, let kind): try await client.plot(kind, of: id, query)
        case .workers: try await client.workerTimeline(query)
        }
    }

    static func write(_ content: Data, to file: String, replacing: Bool) throws {
        do {
            var target = try AtomicFile(file, mode: 0o644)
            try target.write(content)
            try target.commit(replacing: replacing)
        } catch let error as Descriptor.Failure {
            if !replacing, error.isExisting { throw CommandExit.exists(file) }
            throw CommandExit(.failed, "cannot write \(file): \(error)")
        }
    }

    /// A picture for a terminal, with colors and nothing else that drives one.
    static func safe(_ content: Data) -> [UInt8] {
        Array(Text.withColorsOnly(String(decoding: content, as: UTF8.self)).utf8)
    }
}

extension CommandExit {
    static func exists(_ file: String) -> CommandExit {
        CommandExit(.conflict, "\(file) is there already; choose another name, or replace it with --force")
    }
}
