import SweepAPI
import SweepClient
import SweepModel

/// Follows one sweep to its end, across restarts of the daemon.
struct SweepFollower: Sendable {
    let client: SweepClient
    let console: Console
    let sweep: Int64
    /// Where progress is shown; nil for nowhere.
    let progress: Console.Stream?
    var policy = ReconnectPolicy()

    /// Returns the sweep once it has ended. An interruption, or a reader of the progress that has gone, ends with the
    /// status `interrupted`; `timeout` with the status of that name. The sweep goes on in both cases.
    func run(timeout: Duration? = nil) async throws -> SweepReply {
        do {
            return try await Interruption.during {
                guard let timeout else { return try await follow() }
                return try await Timeout.run(timeout) { try await follow() }
            }
        } catch is Interruption.Interrupted {
            throw CommandExit(.interrupted, "interrupted; the sweep goes on: `sweepctl follow \(sweep)`")
        } catch is OutputClosed {
            throw CommandExit(.interrupted)
        } catch is Timeout.Passed {
            throw CommandExit(.timeout, "the time is over; the sweep goes on: `sweepctl follow \(sweep)`")
        }
    }

    private func follow() async throws -> SweepReply {
        var display = progress.map(ProgressDisplay.init)
        var curves = LeaderCurves(client)
        var ended: SweepReply?
        func show(_ reply: SweepReply) async throws {
            let curve = progress?.redraws == true ? try await curves.curve(of: reply) : nil
            try display?.update(reply, curve: curve)
            if reply.state.isEnded { ended = reply }
        }
        // Asked once at first, so that an unknown number is refused before the stream is opened.
        let first = try await client.sweep(sweep)
        try await show(first)
        if let ended { return ended }
        try await client.watch(sweep: sweep, isReachable: true, policy: policy) { update in
            switch update {
            case .sweep(let reply) where reply.sweep == sweep:
                try await show(reply)
            case .event(let event) where event.kind == .sweepEnded && event.sweep == sweep:
                try await show(client.sweep(sweep))
            case .sweep, .event: break
            case .lost, .stillLost:
                if case .lost(let error) = update {
                    display?.leave()
                    console.note("sweepctl: \(error.loss)")
                }
                if let reply = try await asked() { try await show(reply) }
            case .regained:
                display?.leave()
                console.note("sweepctl: the connection to sweepd is back")
            }
            return ended == nil
        }
        guard let ended else { throw CancellationError() }
        return ended
    }

    /// The sweep as it is now; nil where the daemon does not say. It may refuse one stream more and still answer this.
    private func asked() async throws -> SweepReply? {
        do {
            return try await client.sweep(sweep)
        } catch let error as ClientError where error.mayPass {
            return nil
        }
    }
}

extension ClientError {
    /// What a watcher is told, who goes on trying.
    var loss: String {
        switch code {
        case .problem: "trying again until sweepd takes it: \(message)"
        case .noAnswer: "sweepd does not answer; trying again until it does"
        case .notRunning, .notPermitted, .otherVersion, .connectionLost, .unexpectedReply, .invalidAddress,
            .invalidToken, .notTrusted:
            "the connection to sweepd was lost; trying again until it is back"
        }
    }
}

extension SweepReply {
    /// How a command that waited for this sweep exits.
    var exitStatus: ExitStatus {
        switch state {
        case .failed, .cancelled: .failed
        case .queued, .running, .paused, .completed: .done
        }
    }
}
