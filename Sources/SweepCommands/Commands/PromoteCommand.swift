import ArgumentParser
import SweepAPI
import SweepClient
import SweepModel

struct PromoteCommand: ClientCommand {
    static let configuration = CommandConfiguration(
        commandName: "promote",
        abstract: "Measure a model on the test set, once, and record it for good.",
        discussion: """
            Without --trial: the best model of the sweep. With --ensemble: so many of the best together, the mean \
            of their probabilities. A second promotion of the same model, or of the same ones, returns the stored \
            result. With --mirror the answers to each image and to its mirror image are averaged; that is \
            measured and recorded by itself.

            With --confirm K the first K configurations of an ended sweep run again first, each with fresh seeds, as a sweep \
            of their own; the winner by mean is promoted, by its best replicate, and the reply says how much worse it is \
            than when it was chosen. An interruption leaves that sweep going, and the same command again picks it up.

              sweepctl promote 1
              sweepctl promote --trial 17
              sweepctl promote 1 --ensemble 5
              sweepctl promote 1 --confirm 3 --seeds 5
              sweepctl promote 1 --mirror
            """)

    @OptionGroup var globals: GlobalOptions

    @Argument(help: "The sweep; the latest one when left out.", transform: Identifier.sweep)
    var sweep: Int64?

    @Option(name: .long, help: "This trial's model in place of the best one.", transform: Identifier.trial)
    var trial: Int64?

    @Option(
        name: .long, help: ArgumentHelp("So many of the sweep's best trials together, 2 to 100.", valueName: "k"))
    var ensemble: Int?

    @OptionGroup var confirmation: ConfirmOptions

    @Flag(name: .long, help: "Average the answers to each image and to its mirror image.")
    var mirror = false

    func validate() throws {
        if mirror, confirmation.confirm != nil {
            throw ValidationError("--confirm promotes the model as it is; promote --trial T --mirror after it")
        }
        guard let ensemble else { return }
        guard trial == nil else {
            throw ValidationError("--ensemble takes the best trials of a sweep; leave out --trial, or --ensemble")
        }
        guard confirmation.confirm == nil else {
            throw ValidationError("--confirm promotes one configuration; leave out --ensemble, or --confirm")
        }
        guard Promotion.ensembleSizes ~= ensemble else {
            throw ValidationError("--ensemble \(ensemble): write 2 to 100")
        }
    }

    func run(_ client: SweepClient, _ output: Output) async throws -> ExitStatus {
        if let count = confirmation.confirm { return try await confirming(count, client, output) }
        // A trial names its sweep; without either, the latest sweep is meant.
        let named = trial == nil ? try await client.latest(or: sweep) : sweep
        if let trial {
            let known = try await client.trial(trial)
            if known.modelState == .removed { output.note(KeepCommand.announcement(known)) }
        }
        let reply = try await client.promote(
            PromoteRequest(sweep: named, trial: trial, ensemble: ensemble, mirror: mirror ? true : nil))
        try output.show(reply) { page in Self.text(reply, page) }
        return .done
    }

    static func text(_ reply: PromotionReply, _ page: Page) -> String {
        let figure = Self.figure(reply, page)
        var text =
            "\(Self.measured(reply)) of sweep \(reply.sweep): \(figure) on \(Text.count(reply.testExamples, "test image"))"
        text += "; \(Text.count(reply.testLooks, "look")) at this test set so far\n"
        text += "validation accuracy was \(Format.percent(reply.valAccuracy))"
        if let members = reply.members, let least = members.map(\.valAccuracy).min(),
            let most = members.map(\.valAccuracy).max()
        {
            text += " together, \(Format.percent(least)) to \(Format.percent(most)) each"
            text += "\nthe trials: " + members.map { "\($0.trial)" }.joined(separator: ", ")
        }
        text += "\n"
        if let confusion = reply.confusion.flatMap({ Self.confusion($0, names: reply.classNames) }) {
            text += confusion + "\n"
        }
        if !reply.measuredNow {
            text +=
                "stored already: \(reply.members == nil ? "this model was" : "these models were") measured on \(Format.localTime(reply.at)); "
                + "the test set was not touched again\n"
        }
        return text
    }

    /// "5 trials together: 57.3 % (54.2–60.3 %, 95 %) of 1000".
    static func fact(_ reply: PromotionReply, _ page: Page) -> String {
        "\(measured(reply)): \(figure(reply, page)) of \(reply.testExamples)"
    }

    private static func figure(_ reply: PromotionReply, _ page: Page) -> String {
        guard reply.interval95.count == 2 else { return Format.percent(reply.testAccuracy) }
        let bounds = reply.interval95.map { Format.fixed($0 * 100, 1) }
        return "\(Format.percent(reply.testAccuracy)) (\(bounds[0])\(page.dash)\(bounds[1]) %, 95 %)"
    }

    /// "trial 17", or "5 trials together".
    static func measured(_ reply: PromotionReply) -> String {
        (reply.members.map { "\($0.count) trials together" } ?? "trial \(reply.trial)")
            + (reply.mirror == true ? " with mirror images" : "")
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

extension SweepClient {
    /// What was measured of a sweep, for the eye: what was asked for is there without it.
    func knownPromotions(sweep: Int64) async -> [PromotionReply] {
        do { return try await promotions(sweep: sweep).promotions } catch { return [] }
    }
}
