import ArgumentParser
import SweepAPI
import SweepClient

struct PruneCommand: ClientCommand {
    static let configuration = CommandConfiguration(
        commandName: "prune",
        abstract: "Remove models that are not among the best of their sweep, and checkpoints of pruned trials.",
        discussion: """
            The daemon does this by itself with the models of sweeps that run. Promoted models and those that `sweepctl keep` \
            has pinned stay. A removed model can be had again, bit for bit: `sweepctl keep TRIAL` trains it again. Checkpoints \
            of pruned trials go once their sweep has ended; `sweepctl resume-trial` then begins anew, with the same result. \
            Without SWEEP: of all sweeps, and files that were set aside as damaged more than 30 days ago.

              sweepctl prune --dry-run
              sweepctl prune 3 --keep 1
            """)

    @OptionGroup var globals: GlobalOptions

    @Argument(help: "The sweep; all of them when left out.", transform: Identifier.sweep)
    var sweep: Int64?

    @Option(help: "Best models of a sweep that stay; as the daemon is configured when left out.")
    var keep: Int?

    @Flag(help: "Remove nothing, and say what would be removed.")
    var dryRun = false

    func validate() throws {
        if let keep, keep < 0 { throw ValidationError("--keep is the number of models that stay, 0 or more") }
    }

    func run(_ client: SweepClient, _ output: Output) async throws -> ExitStatus {
        let reply = try await client.prune(PruneRequest(sweep: sweep, keep: keep, dryRun: dryRun ? true : nil))
        try output.show(reply) { _ in Self.text(reply) }
        return .done
    }

    static func text(_ reply: PruneReply) -> String {
        let verb = reply.dryRun ? "would remove" : "removed"
        let place = reply.sweep.map { " of sweep \($0)" } ?? ""
        var text = "\(verb) \(Text.count(reply.models, "model"))\(place): \(Format.bytes(reply.bytes))\n"
        if reply.checkpoints > 0 {
            let files = Text.count(reply.checkpoints, "checkpoint")
            text += "\(verb) \(files) of pruned trials: \(Format.bytes(reply.checkpointBytes))\n"
        }
        if reply.damaged > 0 {
            text += "\(verb) \(Text.count(reply.damaged, "damaged file")): \(Format.bytes(reply.damagedBytes))\n"
        }
        return text
    }
}
