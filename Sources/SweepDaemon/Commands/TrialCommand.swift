import ArgumentParser
import Datasets
import FoundationEssentials
import SweepAPI
import SweepEngine
import SweepModel

struct TrialCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "trial",
        abstract: "Train one configuration without a daemon, and print JSON lines.",
        discussion: """
            FILE is a sweep file whose parameters are all single values; name and method may be left out. One object an \
            epoch, then a last one with "final": true. The same code trains the daemon's trials, to the same bits.

              sweepd trial configs/first-run.json --data-dir ~/data
            """)

    @Argument(help: "A sweep file.")
    var file: String

    @Option(help: "Where the data sets are.")
    var dataDir: String

    @Option(name: .customLong("set"), help: "Change a key of the file, as key=value; may be repeated.")
    var overrides: [String] = []

    func run() async throws {
        guard let content = FileManager.default.contents(atPath: file) else {
            throw DaemonFailure(.usage, "there is no file \(file)")
        }
        let spec: SweepSpec
        do throws(SweepFileError) {
            var changes: [SweepOverride] = []
            for argument in overrides { changes.append(try SweepOverride(argument: argument)) }
            spec = try SweepSpec(
                parsingSingleTrial: [UInt8](content), overrides: changes, datasets: DatasetReference.names)
        } catch {
            throw DaemonFailure(.usage, error.issues.map { "\(file): \($0)" }.joined(separator: "\nsweepd: "))
        }
        let solo: SoloTrial
        do throws(EngineError) {
            solo = try SoloTrial(spec, locator: DatasetLocator(dataFolder: dataDir))
        } catch {
            throw DaemonFailure(Problem(error).code.exitStatus, error.message)
        }
        let final = try solo.run { try Self.print(EpochReply($0)) }
        try Self.print(
            SoloReply(
                state: final.state, reason: final.reason, iteration: final.iteration, metrics: final.metrics,
                seconds: final.seconds, model: final.model))
        if final.state == .failed { throw DaemonFailure(.failed, final.reason ?? "the trial failed") }
    }

    private static func print(_ line: some Encodable) throws {
        StandardStream.output.print(String(decoding: try WireCoder.encode(line), as: UTF8.self))
    }
}
