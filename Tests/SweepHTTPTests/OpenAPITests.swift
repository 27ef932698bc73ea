import Foundation
import HTTPTypes
import SweepAPI
import SweepAnalysis
import SweepClientTestKit
import SweepModel
import Testing

@testable import SweepHTTP

/// The document says what the daemon does.
struct OpenAPITests {
    @Test func pathsAndMethodsAreThoseOfTheRouter() async throws {
        #expect(try await OpenAPIDocument().operations == SweepHTTPServer(FakeService()).served)
    }

    /// Values where a reply can have null, too: see the samples below.
    @Test(arguments: RoutesTests.cases)
    func replyHasTheDocumentedKeysAndTypes(_ it: RoutesTests.Case) async throws {
        let document = try await OpenAPIDocument()
        for flag in [false, true] {
            let server = SweepHTTPServer(FakeService(flag: flag, events: [Samples.event(3, .promoted, sweep: 1)]))
            let answer = try await server.ask(it.method, it.uri, json: it.body)
            let schema = try #require(document.reply(it.method.rawValue, it.template, status: answer.status))
            #expect(document.faults(try answer.object(), schema) == [])
        }
    }

    /// Nothing is documented that is not there: each property of a schema is a key of some sample.
    @Test func documentedPropertiesAreTheKeysOfTheWireTypes() async throws {
        let document = try await OpenAPIDocument()
        for (name, values) in Self.samples {
            let schema = try #require(document.schemas[name], "no schema \(name)")
            let properties = Set((schema["properties"] as? [String: Any] ?? [:]).keys)
            var (all, always): (Set<String>, Set<String>) = ([], properties)
            for value in values {
                let object = try #require(
                    try JSONSerialization.jsonObject(with: try WireCoder.encode(value)) as? [String: Any])
                #expect(document.faults(object, schema) == [], "\(name)")
                all.formUnion(object.keys)
                always.formIntersection(object.keys)
            }
            #expect(all == properties, "\(name)")
            #expect(always == Set(schema["required"] as? [String] ?? []), "\(name)")
        }
        let objects = document.schemas.filter { $0.value["properties"] != nil }.keys
        #expect(Set(objects) == Set(Self.samples.map(\.0)))
    }

    /// JSON has no number for them, and one trial must not silence the whole list.
    @Test func aBestTrialIsSentWithoutWhatIsNotFinite() async throws {
        let metrics = TrialMetrics(valAccuracy: 0.1, trainAccuracy: .infinity, valLoss: .nan, trainLoss: .nan)
        let trial = Trial(
            id: 7, sweep: 1, index: 6, state: .completed, parameters: Samples.parameters(0.1), seed: 1,
            metrics: metrics)
        let data = try WireCoder.encode(try #require(BestTrial(trial)))
        let object = try #require(try JSONSerialization.jsonObject(with: data) as? [String: Any])
        #expect(object["train_accuracy"] is NSNull && object["val_loss"] is NSNull)
        let document = try await OpenAPIDocument()
        let schema = try #require(document.schemas["BestTrial"])
        #expect(document.faults(object, schema) == [])
    }

    @Test func closedSetsOfWordsAreWhole() async throws {
        let document = try await OpenAPIDocument()
        #expect(document.words("TrialState") == TrialState.allCases.map(\.rawValue))
        #expect(document.words("SweepState") == SweepState.allCases.map(\.rawValue))
        #expect(document.words("SweepClosing") == SweepClosing.allCases.map(\.rawValue))
        #expect(document.words("EventKind") == EventContent.Kind.allCases.map(\.rawValue))
        #expect(document.words("FindingLevel") == Finding.Level.allCases.map(\.rawValue))
        let refined = document.schemas["RefinedParameter"]?["properties"] as? [String: Any]
        let actions = (refined?["action"] as? [String: Any])?["enum"] as? [String]
        #expect(actions == Refinement.Action.allCases.map(\.rawValue))
        #expect(document.words("FindingCode") == Finding.Code.allCases.map(\.rawValue))
        #expect(document.words("ProblemCode") == ProblemCode.allCases.map(\.rawValue))
    }

    @Test func bodiesNameTheKeysThatAreTaken() async throws {
        let document = try await OpenAPIDocument()
        let bodies: [(String, any DescribedBody.Type)] = [
            ("/v1/sweeps", SubmitRequest.self), ("/v1/plan", SubmitRequest.self),
            ("/v1/promotions", PromoteRequest.self),
            ("/v1/sweeps/{id}/pause", VerbRequest.self), ("/v1/sweeps/{id}/resume", VerbRequest.self),
            ("/v1/sweeps/{id}/stop", VerbRequest.self), ("/v1/sweeps/{id}/cancel", VerbRequest.self),
            ("/v1/sweeps/{id}/retry", RetryRequest.self), ("/v1/sweeps/{id}/confirm", ConfirmRequest.self),
            ("/v1/prune", PruneRequest.self),
        ]
        for (path, type) in bodies {
            let reference = try #require(document.body("POST", path)?["$ref"] as? String)
            let schema = try #require(document.schemas[String(reference.split(separator: "/").last ?? "")])
            #expect(Set((schema["properties"] as? [String: Any] ?? [:]).keys) == Set(type.fields.map(\.key)))
            #expect(schema["additionalProperties"] as? Bool == false)
        }
        #expect(Set(document.paths.filter { document.body("POST", $0.key) != nil }.keys) == Set(bodies.map(\.0)))
    }

    /// Of each schema a value with everything, and one with as little as possible.
    static let samples: [(String, [any Encodable & Sendable])] = [
        ("Problem", [Problem(.conflict, "no"), Problem(.invalidRequest, "no", errors: [place, bare])]),
        ("Place", [place, bare]),
        ("Daemon", [Samples.daemon()]),
        ("BestTrial", [Samples.best(), WireSamples.best.top[0], WireSamples.tied]),
        ("TiedTrial", WireSamples.tied.tied ?? []),
        (
            "Sweep",
            [
                Samples.sweep(eta: nil), Samples.completed(),
                Samples.sweep(best: Samples.best(), leading: Samples.best(3), reason: "lunch"),
            ]
        ),
        ("Status", [StatusReply(daemon: Samples.daemon(), sweeps: [Samples.sweep()], nextBefore: 7)]),
        (
            "SubmitRequest",
            [
                SubmitRequest(file: "f"),
                SubmitRequest(file: "f", set: [.init(key: "a", value: "1")], name: "n", priority: 1, key: "k"),
            ]
        ),
        ("Override", [SweepOverride(key: "a", value: "1")]),
        (
            "SubmitReply",
            [nil, [""]].map {
                SubmitReply(sweep: 1, name: "n", state: .queued, trials: 144, replayed: false, notes: $0)
            }
        ),
        ("Plan", [WireSamples.plan, WireSamples.prunedPlan, WireSamples.planOfPreparedImages]),
        ("PruningPlan", WireSamples.prunings),
        ("PruningGroup", WireSamples.pruningGroups),
        ("PruningRung", WireSamples.pruningRungs),
        ("PlannedParameter", WireSamples.plan.parameters),
        ("PlannedTrial", WireSamples.plan.samples),
        ("Trial", [Samples.trial(), Samples.trial(2, .failed, accuracy: nil, reason: "no memory"), WireSamples.trial]),
        ("Epoch", WireSamples.trial.epochs ?? []),
        ("Trials", [TrialsReply(sweep: 1, trials: [Samples.trial()], nextOffset: 9)]),
        ("Best", [WireSamples.best, BestReply(sweep: 1, name: "n", state: .running, best: nil, top: [])]),
        ("Audit", [WireSamples.audit]),
        ("VerbRequest", [VerbRequest(), VerbRequest(reason: "lunch")]),
        ("RetryRequest", [RetryRequest(), RetryRequest(states: [.failed, .cancelled])]),
        ("RetryReply", [RetryReply(sweep: 1, retried: 0)]),
        ("ConfirmRequest", [ConfirmRequest(), ConfirmRequest(configurations: 3, seeds: 5)]),
        ("ConfirmReply", [WireSamples.confirm(replayed: true)]),
        ("Refinement", [Samples.refinement]),
        ("RefinedParameter", Samples.refinement.parameters),
        ("Verification", [WireSamples.verify]),
        ("PruneRequest", [PruneRequest(), PruneRequest(sweep: 3, keep: 1, dryRun: true)]),
        ("PruneReply", [WireSamples.prune]),
        ("KeepReply", [KeepReply(trial: 7, model: "ab", bytes: 500, seconds: 12.5)]),
        ("BackupContents", [WireSamples.backup]),
        ("PromoteRequest", [PromoteRequest(), PromoteRequest(sweep: 1, trial: 2, ensemble: 3, mirror: true)]),
        ("Promotion", [WireSamples.promotion(measuredNow: true), WireSamples.promotion(measuredNow: false)]),
        ("Confusion", [WireSamples.promotion(measuredNow: true).confusion]),
        ("EnsembleMember", WireSamples.promotion(measuredNow: true).members ?? []),
        ("Mistake", WireSamples.promotion(measuredNow: true).confusion?.mistakes ?? []),
        ("Curves", [WireSamples.curves]),
        ("Curve", WireSamples.curves.trials),
        ("Table", [WireSamples.table]),
        ("ImportanceReply", [ImportanceReply(sweep: 1, importance: nil)]),
        (
            "Importance",
            [WireSamples.importance, ParameterImportance(method: .forest, trials: 9, divergedValue: nil, shares: [])]
        ),
        ("ImportanceShare", WireSamples.importance.shares),
        ("SweepDiagnosis", [SweepDiagnosisReply(sweep: 1, findings: [WireSamples.finding])]),
        ("TrialDiagnosis", [TrialDiagnosisReply(trial: 1, findings: [WireSamples.finding])]),
        (
            "DiagnosisFinding",
            [WireSamples.finding, FindingReply(Finding(.note, .diverged, title: "diverged", detail: "at 14"))]
        ),
        ("Box", [WireSamples.box]),
        ("Disk", [WireSamples.box.stateDirectory]),
        ("Promotions", [PromotionsReply(promotions: [])]),
        (
            "Event",
            [
                Samples.event(1, .sweepPaused),
                EventReply(Event(sequence: 2, at: Samples.time, content: EventContent(.daemonStarted))),
            ]
        ),
        ("Events", [EventsReply(events: [])]),
        ("Check", [CheckReply(sound: false, findings: ["gone"], files: 1)]),
        ("Doctor", [DoctorReply(findings: [])]),
        ("Finding", [finding(.ok), finding(.warning), finding(.problem)]),
        ("Datasets", [DatasetsReply(dataDirectory: "/srv/data", datasets: [])]),
        (
            "Dataset",
            [
                WireSamples.dataset,
                DatasetReply(
                    name: "mnist", location: "/srv/data/mnist", layout: "idx", trainSamples: 60_000,
                    testSamples: 10_000,
                    bytes: 1 << 20),
            ]
        ),
    ]

    private static let place = Problem.Place(pointer: "/a", detail: "b", line: 1, column: 2)
    private static let bare = Problem.Place(pointer: "", detail: "b")

    private static func finding(_ level: DoctorReply.Level) -> DoctorReply.Finding { .init(level, "a", "b") }
}
