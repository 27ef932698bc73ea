import ArgumentParser
import SweepAPI
import SweepClient
import SweepModel

struct PromoteCommand: ClientCommand {
    static let configuration = CommandConfiguration(
        commandName: "promote",
        abstract: "Measure a model on the test set, once, and record it for good.",
        discussion: """
            Without --trial: the best model of the sweep. A second promotion of the same model returns the \
            stored result.

              sweepctl promote 1
              sweepctl promote --trial 17
            """)

    @OptionGroup var globals: GlobalOptions

    @Argument(help: "The sweep; the latest one when left out.", transform: Identifier.sweep)
    var sweep: Int64?

    @Option(name: .long, help: "This trial's model in place of the best one.", transform: Identifier.trial)
    var trial: Int64?

    func run(_ client: SweepClient, _ output: Output) async throws -> ExitStatus {
        // A trial names its sweep; without either, the latest sweep is meant.
        let named = trial == nil ? try await client.latest(or: sweep) : sweep
        if let trial {
            let known = try await client.trial(trial)
            if known.modelState == .removed { output.note(KeepCommand.announcement(known)) }
        }
        let reply = try await client.promote(PromoteRequest(sweep: named, trial: trial))
        try output.show(reply) { page in Self.text(reply, page) }
        return .done
    }

    static func text(_ reply: PromotionReply, _ page: Page) -> String {
        var figure = Format.percent(reply.testAccuracy)
        if reply.interval95.count == 2 {
            let bounds = reply.interval95.map { Format.fixed($0 * 100, 1) }
            figure += " (\(bounds[0])\(page.dash)\(bounds[1]) %, 95 %)"
        }
        var text =
            "trial \(reply.trial) of sweep \(reply.sweep): \(figure) on \(Text.count(reply.testExamples, "test image"))"
        text += "; \(Text.count(reply.testLooks, "look")) at this test set so far\n"
        text += "validation accuracy was \(Format.percent(reply.valAccuracy))\n"
        if let confusion = reply.confusion.flatMap({ Self.confusion($0, names: reply.classNames) }) {
            text += confusion + "\n"
        }
        if !reply.measuredNow {
            text +=
                "stored already: this model was measured on \(Format.localTime(reply.at)); "
                + "the test set was not touched again\n"
        }
        return text
    }

    /// The pairs of classes that are taken for each other most often, at most three.
    ///
    /// - Parameter names: in the order of the labels; nil when not known.
    static func confusion(_ confusion: Confusion, names: [String]?) -> String? {
        func name(_ label: Int) -> String {
            names.flatMap { $0.indices.contains(label) ? Text.oneLine($0[label]) : nil } ?? "class \(label)"
        }
        var pairs: [(label: Int, prediction: Int, count: Int)] = []
        for (label, row) in confusion.counts.enumerated() {
            for (prediction, count) in row.enumerated() where prediction != label && count > 0 {
                pairs.append((label, prediction, count))
            }
        }
        pairs.sort { ($1.count, $0.label, $0.prediction) < ($0.count, $1.label, $1.prediction) }
        let words = pairs.prefix(3).map { pair in
            "\(name(pair.label)) taken for \(name(pair.prediction)) (\(Text.count(pair.count, "time")))"
        }
        return words.isEmpty ? nil : "most often confused: " + words.joined(separator: ", ")
    }
}
