import ArgumentParser
import SweepAPI
import SweepClient
import SweepModel

/// Of `promote`: the first places run again before the test set is looked at.
struct ConfirmOptions: ParsableArguments {
    @Option(
        name: .long, help: ArgumentHelp("Run the first K configurations again with fresh seeds first.", valueName: "k"))
    var confirm: Int?

    @Option(name: .long, help: "Fresh seeds of each with --confirm; 5 when left out.")
    var seeds: Int?

    func validate() throws {
        if let confirm, !(1...ConfirmRequest.mostConfigurations ~= confirm) {
            throw ValidationError("--confirm is 1 to \(ConfirmRequest.mostConfigurations)")
        }
        if let seeds, !ConfirmRequest.seedCounts.contains(seeds) {
            throw ValidationError(
                "--seeds is \(ConfirmRequest.seedCounts.lowerBound) to \(ConfirmRequest.seedCounts.upperBound)")
        }
        if seeds != nil, confirm == nil { throw ValidationError("--seeds goes with --confirm") }
    }
}

extension PromoteCommand {
    /// Runs the first configurations again, waits, and promotes the best of them.
    func confirming(_ count: Int, _ client: SweepClient, _ output: Output) async throws -> ExitStatus {
        if trial != nil { throw CommandExit.usage("--confirm chooses the trial itself; leave --trial out") }
        let request = ConfirmRequest(configurations: count, seeds: confirmation.seeds)
        let asked = try await client.confirm(client.latest(or: sweep), request)
        output.note(
            "sweep \(asked.sweep) runs the first \(Text.count(asked.candidates.count, "configuration")) of sweep \(asked.of) "
                + "again: \(Text.count(asked.trials, "trial"))" + (asked.replayed ? "; it is there already" : ""))
        let follower = SweepFollower(
            client: client, console: output.console, sweep: asked.sweep, progress: output.console.error)
        let ended: SweepReply
        do { ended = try await follower.run() } catch let exit as CommandExit where exit.status == .interrupted {
            throw CommandExit(
                .interrupted, "interrupted; sweep \(asked.sweep) goes on, and the same command again picks it up")
        }
        guard ended.exitStatus == .done else {
            throw CommandExit(
                .failed, "sweep \(asked.sweep) is \(ended.state.rawValue): nothing is confirmed, nothing was promoted")
        }
        let fresh = try await client.best(asked.sweep, top: asked.candidates.count)
        let maximizes = RankingMetric(rawValue: ended.metric)?.maximizes ?? true
        guard let confirmed = ConfirmedPromotion.Confirmation(asked, fresh, maximizes: maximizes) else {
            throw CommandExit(
                .failed, "no configuration completed with fresh seeds in sweep \(asked.sweep); nothing was promoted")
        }
        let promotion = try await client.promote(PromoteRequest(sweep: asked.sweep))
        let reply = ConfirmedPromotion(promotion: promotion, confirmation: confirmed)
        try output.show(reply) { page in
            ConfirmationText.render(confirmed, page) + "\n" + Self.text(promotion, page)
        }
        return .done
    }
}
