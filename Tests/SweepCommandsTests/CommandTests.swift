import FoundationEssentials
import SweepAPI
import SweepAnalysis
import SweepClient
import SweepClientTestKit
import SweepModel
import Testing

@testable import SweepCommands

struct CommandTests {
    @Test func statusIsATableOfSweeps() async throws {
        let sweeps = [
            Samples.sweep(2, counts: [.completed: 45, .running: 90, .queued: 6, .failed: 3], best: Samples.best()),
            Samples.completed(1),
        ]
        let (run, requests) = try await Sweepctl.run(["status"]) { _ in try .json(Samples.status(sweeps)) }
        #expect(run.status == 0)
        #expect(
            run.output == """
                sweepd 0.1.0, 2 of 2 workers busy, up 3 h 05 min

                ID  NAME          STATE      TRIALS  DONE  RUNNING  QUEUED  FAILED    BEST  PROGRESS         LEFT
                 2  cifar10-grid  running       144    45       90       6       3  0.4870      35 %  23 min 10 s
                 1  cifar10-grid  completed     144   144                           0.4870

                """)
        #expect(requests.map(\.path) == ["/v1/sweeps?limit=20"])
    }

    @Test func bareSweepctlIsStatusAndJSONIsOneValue() async throws {
        let reply = Samples.status([Samples.completed()])
        let (run, _) = try await Sweepctl.run(["--json"]) { _ in try .json(reply) }
        #expect(run.status == 0)
        #expect(run.error.isEmpty)
        #expect(try WireCoder.decode(StatusReply.self, from: Data(run.output.utf8)) == reply)
    }

    @Test func statusOfASweepShowsItsLooksAtTheTestSet() async throws {
        var sweep = Samples.completed(3)
        sweep.testLooks = 2
        let shown = sweep
        let (run, _) = try await Sweepctl.run(["status", "3"]) { _ in try .json(shown) }
        #expect(run.status == 0)
        #expect(run.output.contains("test set   2 looks so far\n"))
        #expect(run.output.contains("best       trial 17 (index 16): val 0.4870, train 0.5210, val loss 1.4800\n"))
        #expect(run.output.contains("with       hidden_size=160 learning_rate=0.001 batch_size=200\n"))
    }

    @Test func trialsShowWhatVariesAndHideWhatDoesNot() async throws {
        let trials = [
            Samples.trial(1, rate: 0.1, accuracy: 0.3), Samples.trial(2, rate: 0.001),
            Samples.trial(3, .diverged, rate: 1, accuracy: nil, reason: "first non-finite loss at iteration 7"),
        ]
        let (run, requests) = try await Sweepctl.run(["trials", "1"]) { _ in
            try .json(TrialsReply(sweep: 1, trials: trials, nextOffset: nil))
        }
        #expect(
            run.output == """
                all with hidden_size=160 batch_size=200

                TRIAL  INDEX  STATE      learning_rate     VAL   TRAIN    LOSS  ITER  REASON
                    1      0  completed            0.1  0.3000  0.5210  1.2500  2000
                    2      1  completed          0.001  0.4870  0.5210  1.2500  2000
                    3      2  diverged               1                          2000  first non-finite loss at iteration 7

                """)
        #expect(requests.map(\.path) == ["/v1/sweeps/1/trials?sort=index"])
    }

    @Test(arguments: [
        ([], "sort=rank&limit=1"), (["--state", "diverged"], "state=diverged&sort=index&limit=1"),
        (["--sort", "index"], "sort=index&limit=1"),
    ])
    func topTrialsAreThoseOfTheRanking(arguments: [String], query: String) async throws {
        let (run, requests) = try await Sweepctl.run(["trials", "1", "--top", "1", "--json"] + arguments) { _ in
            try .json(TrialsReply(sweep: 1, trials: [Samples.trial()], nextOffset: 1))
        }
        #expect(run.status == 0)
        #expect(requests.map(\.path) == ["/v1/sweeps/1/trials?\(query)"])
    }

    @Test func showDrawsTheLearningCurve() async throws {
        let epochs = (0...3).map { (epoch: Int) -> EpochPoint in
            let metrics = TrialMetrics(
                valAccuracy: 0.1 + 0.1 * Double(epoch), trainAccuracy: 0.2, valLoss: 2.3,
                trainLoss: epoch == 0 ? 2.3 : 1.9)
            return EpochPoint(
                epoch: epoch, iteration: epoch * 245 + 1, metrics: metrics, learningRate: 1e-3,
                seconds: 1.25 * Double(epoch))
        }
        let (run, requests) = try await Sweepctl.run(["show", "17"]) { _ in try .json(Samples.trial(17, epochs: epochs))
        }
        // What was measured of its sweep is asked for too; no answer to that costs nothing else.
        #expect(requests.map(\.path) == ["/v1/trials/17", "/v1/promotions?sweep=1"])
        #expect(run.output.hasPrefix("trial           17 (index 16 of sweep 1)\nstate           completed\n"))
        #expect(
            run.output.hasSuffix(
                """
                val   ▁▃▆█  0.1000 to 0.4000
                loss  █▁▁▁  2.3000 to 1.9000

                EPOCH  ITER    LOSS   TRAIN     VAL  VAL LOSS      RATE  SECONDS
                    0     1  2.3000  0.2000  0.1000    2.3000  1.00e-03      0.0
                    1   246  1.9000  0.2000  0.2000    2.3000  1.00e-03      1.3
                    2   491  1.9000  0.2000  0.3000    2.3000  1.00e-03      2.5
                    3   736  1.9000  0.2000  0.4000    2.3000  1.00e-03      3.8

                """))
    }

    @Test func showAndStatusNameWhatWasMeasuredOnTheTestSet() throws {
        func reply(_ id: Int64, _ trials: [Int64]) -> PromotionReply {
            let members = trials.map { Promotion.Member(trial: $0, modelDigest: "m", weight: 1, valAccuracy: 0.5) }
            let promotion = Promotion(
                id: id, sweep: 1, trial: trials[0], modelDigest: "m", datasetDigest: "d", valAccuracy: 0.57,
                correct: 560,
                testExamples: 1000, members: trials.count > 1 ? members : [], caller: Caller(uid: 1, pid: 1),
                at: Samples.time)
            return PromotionReply(promotion, testLooks: 3, measuredNow: false)
        }
        let promotions = [reply(1, [17]), reply(2, [18]), reply(3, [18, 17]), reply(4, [18, 19])]
        let show = ShowText.render(Samples.trial(17, epochs: []), Page(), promotions: promotions)
        let lines = show.split(separator: "\n").filter { $0.hasPrefix("test set") }
        #expect(
            lines.count == 2 && lines[0].contains("trial 17: 56.0 %") && lines[1].contains("2 trials together: 56.0 %"))
        let status = StatusText.detail(Samples.sweep(metric: "val_loss"), Page(), promotions: promotions)
        #expect(status.split(separator: "\n").count { $0.hasPrefix("promoted") } == 4)
    }

    @Test func bestWithoutANumberIsOfTheLatestSweep() async throws {
        let reply = BestReply(
            sweep: 4, name: "n", state: .running, best: Samples.best(), top: [Samples.best(), Samples.best(3, 0.4)])
        let (run, requests) = try await Sweepctl.run(["best"]) { request in
            request.path.hasPrefix("/v1/sweeps?") ? try .json(Samples.status([Samples.sweep(4)])) : try .json(reply)
        }
        #expect(requests.map(\.path) == ["/v1/sweeps?limit=1", "/v1/sweeps/4/best?top=5"])
        #expect(
            run.output == """
                sweep          4 n, running
                best           trial 17 (index 16): val 0.4870, train 0.5210, val loss 1.4800
                hidden_size    160
                learning_rate  0.001
                batch_size     200

                RANK  TRIAL     VAL   TRAIN  VAL LOSS
                   1     17  0.4870  0.5210    1.4800
                   2      3  0.4000  0.5210    1.4800

                """)
    }

    @Test func bestTellsItsMeanItsIntervalAndWhoIsTied() async throws {
        let tied = TiedTrial(
            trial: 20, index: 19, configuration: 6, parameters: Samples.parameters(0.01), mean: 0.47,
            standardError: 0.01, replicates: 3)
        let best = Samples.replicated(tied: [tied, tied])
        let reply = BestReply(sweep: 4, name: "n", state: .running, best: best, top: [best, Samples.best(3, 0.4)])
        let (run, _) = try await Sweepctl.run(["best", "4"]) { _ in try .json(reply) }
        #expect(
            run.output.hasPrefix(
                """
                sweep          4 n, running
                best           trial 17 (index 16): val 0.4870, train 0.5210, val loss 1.4800
                mean           0.4810 ± 0.0060 (95 %: 0.4048–0.5572) over 2 replicates of 3
                but            of 3 replicates 1 not ended; ranks behind those that are whole
                tied           2 configurations cannot be told apart from it: trial 20 (0.4700), 20 (0.4700)

                """))
        #expect(run.output.contains("RANK  TRIAL    MEAN       ±   SEEDS     VAL   TRAIN  VAL LOSS\n"))
        #expect(run.output.contains("   1     17  0.4810  0.0060  2 of 3  0.4870  0.5210    1.4800\n"))
    }

    @Test func whatIsNotFiniteIsADash() {
        var best = Samples.best()
        (best.trainAccuracy, best.valLoss) = (nil, nil)
        #expect(BestText.figures(best) == "trial 17 (index 16): val 0.4870, train -, val loss -")
    }

    @Test func bestOfOneSeedSaysThatOnlyImagesAreKnown() async throws {
        var best = Samples.best()
        (best.mean, best.standardError, best.interval95) = (0.487, 0.0158, [0.4561, 0.518])
        (best.basis, best.replicates, best.replicatesPlanned, best.tied) = (.images, 1, 1, [])
        let reply = BestReply(sweep: 4, name: "n", state: .completed, best: best, top: [best])
        let (run, _) = try await Sweepctl.run(["best", "4"]) { _ in try .json(reply) }
        #expect(
            run.output.contains(
                """
                mean           0.4870 ± 0.0158 (95 %: 0.4561–0.5180), one seed, by the number of validation images
                tied           none: every other configuration can be told apart from it
                """))
    }

    @Test func bestOfNothingIsNotFound() async throws {
        let reply = BestReply(sweep: 4, name: "n", state: .running, best: nil, top: [])
        let (text, _) = try await Sweepctl.run(["best", "4"]) { _ in try .json(reply) }
        #expect((text.status, text.output) == (3, ""))
        #expect(text.error == "sweepctl: no trial of sweep 4 has completed; the sweep is running\n")
        let (latest, _) = try await Sweepctl.run(["best"]) { _ in try .json(Samples.status([])) }
        #expect(latest.status == 3)
        #expect(latest.error.contains("sweepctl submit FILE"))
    }

    @Test(arguments: [true, false])
    func promoteSaysWhatWasMeasuredAndHowOften(measuredNow: Bool) async throws {
        let promotion = Promotion(
            id: 1, sweep: 1, trial: 17, modelDigest: "m", datasetDigest: "d", valAccuracy: 0.54, correct: 531,
            testExamples: 1000, caller: Caller(uid: 1, pid: 1), at: Samples.time)
        let (run, requests) = try await Sweepctl.run(["promote", "1"]) { _ in
            try .json(PromotionReply(promotion, testLooks: 1, measuredNow: measuredNow), status: 201)
        }
        #expect(run.status == 0)
        #expect(
            run.output.hasPrefix(
                "trial 17 of sweep 1: 53.1 % (50.0–56.2 %, 95 %) on 1000 test images; 1 look at this test set so far\n")
        )
        #expect(run.output.contains("stored already") != measuredNow)
        #expect(requests.map(\.body) == [#"{"sweep":1}"#])
    }

    @Test func promoteOfAnEnsembleNamesItsTrials() async throws {
        let promotion = Promotion(
            id: 1, sweep: 1, trial: 17, modelDigest: "m", datasetDigest: "d", valAccuracy: 0.57, correct: 560,
            testExamples: 1000,
            members: [(17, 0.55), (4, 0.54)].map {
                .init(trial: $0.0, modelDigest: "m", weight: 1, valAccuracy: $0.1)
            }, caller: Caller(uid: 1, pid: 1), at: Samples.time)
        let (run, requests) = try await Sweepctl.run(["promote", "1", "--ensemble", "2"]) { _ in
            try .json(PromotionReply(promotion, testLooks: 3, measuredNow: true), status: 201)
        }
        #expect(run.status == 0)
        #expect(
            run.output == """
                2 trials together of sweep 1: 56.0 % (52.9–59.0 %, 95 %) on 1000 test images; 3 looks at this test set so far
                validation accuracy was 57.0 % together, 54.0 % to 55.0 % each
                the trials: 17, 4

                """)
        #expect(requests.map(\.body) == [#"{"ensemble":2,"sweep":1}"#])
    }

    @Test func promoteNamesTheThreePairsThatAreMostOftenConfused() {
        let confusion = Confusion(counts: [[90, 3, 7], [9, 80, 1], [0, 7, 93]], mistakes: [])
        #expect(
            PromoteCommand.confusion(confusion, names: nil)
                == "most often confused: class 1 taken for class 0 (9 times), class 0 taken for class 2 (7 times), "
                + "class 2 taken for class 1 (7 times)")
        #expect(
            PromoteCommand.confusion(Confusion(counts: [[9, 1], [0, 9]], mistakes: []), names: ["cat", "dog"])
                == "most often confused: cat taken for dog (1 time)")
        #expect(PromoteCommand.confusion(Confusion(counts: [[9, 0], [0, 9]], mistakes: []), names: nil) == nil)
    }

    @Test func showNamesDeadUnitsAndTheLastUpdate() {
        let epochs = [1e-3, 2.5e-3, nil].enumerated().map { (epoch, ratio) -> EpochPoint in
            var point = EpochPoint(
                epoch: epoch, iteration: epoch,
                metrics: TrialMetrics(valAccuracy: 0.1, trainAccuracy: 0.2, valLoss: 2.3, trainLoss: 2.3),
                learningRate: 1e-3, seconds: 1)
            point.updateRatio = ratio
            return point
        }
        var trial = Samples.trial(17, epochs: epochs)
        trial.deadUnits = 3
        let text = ShowText.render(trial, Page())
        #expect(text.contains("\ndead units      3 of 160\n"))
        #expect(text.contains("\nupdate ratio    2.50e-03\n"))
        trial.deadUnits = nil
        #expect(!ShowText.render(trial, Page()).contains("dead units"))
    }

    @Test func promoteOfATrialLeavesTheSweepToTheDaemon() async throws {
        let (run, requests) = try await Sweepctl.run(["promote", "--trial", "5"]) { request in
            request.method == "GET" ? try .json(Self.removed) : try .problem(Problem(.conflict, "no"))
        }
        #expect(requests.map(\.body) == ["", #"{"trial":5}"#])
        #expect(run.error.contains("the model of trial 5 was removed; it is trained again"), "\(run.error)")
    }

    private static var removed: TrialReply {
        var trial = Samples.trial(5)
        (trial.model, trial.modelState) = ("ab", .removed)
        return trial
    }

    @Test func keepSaysThatARemovedModelIsTrainedAgain() async throws {
        let (run, requests) = try await Sweepctl.run(["keep", "5"]) { request in
            request.method == "GET"
                ? try .json(Self.removed) : try .json(KeepReply(trial: 5, model: "ab", bytes: 500, seconds: 12))
        }
        #expect(run.status == 0)
        #expect(requests.map(\.path) == ["/v1/trials/5", "/v1/trials/5/keep"])
        #expect(run.output == "trial 5: its model is kept, 500 B, sha256:ab\ntrained again to the same bits in 12 s\n")
        #expect(run.error.contains("trained again"), "\(run.error)")
    }

    @Test func resumeTrialSaysWhereItGoesOn() async throws {
        var trial = Samples.trial(5)
        (trial.state, trial.iteration, trial.iterations) = (.queued, 246, 2000)
        let reply = trial
        let (run, requests) = try await Sweepctl.run(["resume-trial", "5"]) { _ in try .json(reply) }
        #expect(run.status == 0)
        #expect(requests.map(\.path) == ["/v1/trials/5/resume"])
        #expect(run.output == "trial 5 of sweep 1 goes on from iteration 246 to 2000\n", "\(run.output)")
        let (refused, _) = try await Sweepctl.run(["resume-trial", "5"]) { _ in
            try .problem(Problem(.conflict, "trial 5 is completed, not pruned"))
        }
        #expect(refused.status == 4)
    }

    @Test func aTrialThatWaitsSaysForWhat() async throws {
        var trial = Samples.trial(5)
        (trial.state, trial.waitsFor) = (.queued, "rung 2, after epoch 3")
        var open = Samples.trial(6)
        (open.state, open.parameters, open.waitsFor) = (.queued, ParameterAssignment(), "choice")
        let page = Page(width: nil, colors: false, unicode: true)
        #expect(ShowText.render(trial, page).contains("rung 2, after epoch 3"))
        #expect(ShowText.render(open, page).contains("not chosen yet"))
        let list = TrialsText.render(TrialsReply(sweep: 1, trials: [trial, open], nextOffset: nil), page)
        #expect(list.contains("waits at rung 2, after epoch 3") && list.contains("not chosen yet"), "\(list)")
    }

    @Test func pruneSaysWhatItRemovesOrWould() async throws {
        let (run, requests) = try await Sweepctl.run(["prune", "3", "--keep", "1", "--dry-run"]) { _ in
            try .json(PruneReply(sweep: 3, dryRun: true, models: 12, bytes: 2048, damaged: 0, damagedBytes: 0))
        }
        #expect(requests.map(\.body) == [#"{"dry_run":true,"keep":1,"sweep":3}"#])
        #expect(run.output == "would remove 12 models of sweep 3: 2.0 KiB\n")
        let all = PruneReply(
            sweep: nil, dryRun: false, models: 1, bytes: 5, checkpoints: 3, checkpointBytes: 6, damaged: 2,
            damagedBytes: 7)
        #expect(
            PruneCommand.text(all)
                == "removed 1 model: 5 B\nremoved 3 checkpoints of pruned trials: 6 B\nremoved 2 damaged files: 7 B\n")
        #expect(await Sweepctl.run(["prune", "--keep=-1"]).status == 2)
    }

    @Test func aBackupSaysWhatIsInItAndWhatWasLeftOut() {
        var contents = BackupContents(
            sweeps: 1, trials: 12, promotions: 0, models: 3, checkpoints: 2, missing: ["models/t1-a1"])
        let reply = BackupCommand.Reply(file: "b", bytes: 4096, contents: contents)
        #expect(
            BackupCommand.text(reply) == "b: 4.0 KiB, 1 sweep, 12 trials, 0 promotions, 3 models, 2 checkpoints\n")
        #expect(BackupCommand.warning(contents).hasPrefix("1 file left out, gone or damaged: models/t1-a1;"))
        contents.missing = 30
        #expect(BackupCommand.warning(contents).contains("30 files left out, gone or damaged: models/t1-a1, …;"))
    }

    @Test(arguments: SweepVerb.allCases)
    func aVerbIsSentWithItsReason(verb: SweepVerb) async throws {
        let (run, requests) = try await Sweepctl.run([verb.rawValue, "7", "--reason", "because"]) { _ in
            try .json(Samples.sweep(7, .paused, counts: [.queued: 2], progress: 0, eta: nil))
        }
        #expect(run.status == 0)
        #expect(run.output == "sweep 7 paused: 0 of 2 trials ended; 2 queued; 0 %\n")
        #expect(requests.map(\.path) == ["/v1/sweeps/7/\(verb.rawValue)"])
        #expect(requests.map(\.body) == [#"{"reason":"because"}"#])
    }

    @Test func retryQueuesTrialsAgain() async throws {
        let (run, requests) = try await Sweepctl.run(["retry", "7", "--failed"]) { _ in
            try .json(RetryReply(sweep: 7, retried: 1))
        }
        #expect(run.output == "sweep 7: 1 trial queued again\n")
        #expect(requests.map(\.body) == [#"{"states":["failed"]}"#])
    }

    @Test(arguments: [true, false])
    func auditCheckAndVerifyFailWhenSomethingIsWrong(isSound: Bool) async throws {
        let findings = isSound ? [] : ["index 3 is missing"]
        let status: Int32 = isSound ? 0 : 1
        let (audit, _) = try await Sweepctl.run(["audit", "1"]) { _ in
            try .json(AuditReply(sweep: 1, trials: 144, ended: 144, sound: isSound, findings: findings, digest: "abc"))
        }
        #expect(audit.status == status)
        #expect(audit.output.contains("index 3 is missing") != isSound)
        let (check, _) = try await Sweepctl.run(["check"]) { _ in
            try .json(CheckReply(sound: isSound, findings: findings, files: 3))
        }
        #expect(check.status == status)
        #expect(check.output.hasPrefix(isSound ? "sound: the database and 3 files\n" : "not sound"))
        let (verify, _) = try await Sweepctl.run(["verify", "1", "--json"]) { _ in
            try .json(
                VerifyReply(trial: 1, identical: isSound, differences: findings, stored: "a", again: "a", seconds: 1))
        }
        #expect(verify.status == status)
        #expect(try WireCoder.decode(VerifyReply.self, from: Data(verify.output.utf8)).identical == isSound)
    }

    @Test func logsShowTheLastEventsOfAllPages() async throws {
        let (run, requests) = try await Sweepctl.run(["logs", "--lines", "2"]) { request in
            let events: [EventReply] =
                request.path.contains("after=0")
                ? [1, 2].map { Samples.event($0, .trialEnded) }
                : request.path.contains("after=2") ? [Samples.event(3, .sweepEnded)] : []
            return try .json(EventsReply(events: events))
        }
        #expect(run.status == 0)
        let lines = run.output.split(separator: "\n").map { $0.dropFirst("2026-01-02 03:04:05 ".count) }
        #expect(lines == ["trial_ended sweep 1 uid 1000: done", "sweep_ended sweep 1 uid 1000: done"])
        #expect(requests.map(\.path) == [0, 2, 3].map { "/v1/events?after=\($0)&limit=1000" })
    }

    @Test(arguments: ProblemCode.allCases)
    func aProblemEndsWithItsStatusAndNothingOnStandardOutput(code: ProblemCode) async throws {
        for arguments in [
            ["status", "9"], ["status", "9", "--json"], ["pause", "9"], ["follow", "9"], ["wait", "9", "--json"],
        ] {
            let (run, _) = try await Sweepctl.run(arguments) { _ in try .problem(Problem(code, "the reason")) }
            #expect(run.status == code.exitStatus.rawValue)
            #expect(run.output.isEmpty)
            #expect(run.error.hasPrefix("sweepctl: ") && run.error.contains("the reason"))
        }
    }

    @Test func anUnreachableDaemonEndsWithFive() async {
        let run = await Sweepctl.run(["status", "--socket", "/nowhere/d.sock"])
        #expect(run.status == 5)
        #expect(run.output.isEmpty)
        #expect(run.error.contains("/nowhere/d.sock (no such socket)"))
    }

    @Test func anotherVersionEndsWithSix() async throws {
        let (run, _) = try await Sweepctl.run(["status"]) { _ in .init("{}", wire: 99) }
        #expect(run.status == 6)
        #expect(run.error.contains("wire version 99"))
    }

    @Test func versionShowsTheClientEvenWithoutADaemon() async throws {
        let alone = await Sweepctl.run(["version", "--json", "--socket", "/nowhere/d.sock"])
        #expect(alone.status == 5)
        let reply = try WireCoder.decode(VersionCommand.Reply.self, from: Data(alone.output.utf8))
        #expect(reply.client.version == APIVersion.program)
        #expect(reply.daemon == nil)
        #expect(alone.output.contains("\"daemon\" : null"))
        #expect((reply.socket, reply.socketFrom) == ("/nowhere/d.sock", "--socket"))
        let (both, _) = try await Sweepctl.run(["version"]) { _ in try .json(Samples.daemon()) }
        #expect(both.status == 0)
        #expect(both.output.contains("sweepd    0.1.0 (wire 1)\n"))
    }

    @Test func doctorFailsOnProblemsButNotOnWarnings() async throws {
        func run(_ level: DoctorReply.Level) async throws -> Run {
            try await Sweepctl.run(["doctor"]) { request in
                request.path == "/v1/health"
                    ? try .json(Samples.daemon())
                    : try .json(DoctorReply(findings: [.init(level, "disk", "nearly full")]))
            }.run
        }
        let warned = try await run(.warning)
        #expect(warned.status == 0)
        #expect(warned.output.contains("warning  disk    nearly full\n"))
        #expect(try await run(.problem).status == 1)
        let alone = await Sweepctl.run(["doctor", "--socket", "/nowhere/d.sock"])
        #expect(alone.status == 1)
        #expect(alone.output.contains("problem  connection  sweepd is not running"))
    }

    @Test func aSocketForEverybodyIsAWarning() {
        #expect(DoctorCommand.permissions(0o660, "/s").isEmpty)
        #expect(DoctorCommand.permissions(nil, "/s").isEmpty)
        #expect(DoctorCommand.permissions(0o666, "/s").map(\.level) == [.warning])
    }

    @Test func datasetsAreListed() async throws {
        let reply = DatasetsReply(
            dataDirectory: "/srv/data",
            datasets: [
                DatasetReply(
                    name: "cifar10", location: "/srv/data/cifar10", layout: "binary", trainSamples: 50_000,
                    testSamples: 10_000, bytes: 184_380_000),
                DatasetReply(
                    name: "mnist", location: nil, layout: nil, trainSamples: nil, testSamples: nil, bytes: nil),
            ])
        let (run, _) = try await Sweepctl.run(["dataset", "list"]) { _ in try .json(reply) }
        #expect(
            run.output == """
                data folder /srv/data

                NAME     STATE    TRAIN   TEST       SIZE  LAYOUT  PLACE
                cifar10  there    50000  10000  175.8 MiB  binary  /srv/data/cifar10
                mnist    missing

                """)
    }
}
