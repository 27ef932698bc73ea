import FoundationEssentials
import SweepAPI
import SweepClientTestKit
import Testing

@testable import Datasets
@testable import SweepCommands

struct DatasetTests {
    @Test func aBrokenFetchKeepsWhatArrivedAndTheNextOneGoesOn() async throws {
        try await TemporaryFolder.with { folder in
            let answer: FakeDaemon.Answer = { request in
                // Too short both times: the published file has 170 MB.
                var reply = FakeDaemon.Reply(String(repeating: "x", count: 1000), type: "application/gzip")
                if request.headers["range"] != nil {
                    reply.status = 206
                    reply.headers["Content-Range"] = "bytes 1000-1999/170052171"
                }
                return reply
            }
            try await FakeDaemon.withPort(answer) { server in
                let arguments = [
                    "dataset", "fetch", "cifar10", "--data-dir", folder, "--mirror", server.url + "/mirror",
                ]
                let first = await Sweepctl.run(arguments)
                #expect((first.status, first.output) == (1, ""))
                #expect(first.error.contains("ended after 1000 of 170052171 bytes; run the command again to go on"))
                let second = await Sweepctl.run(arguments)
                #expect(second.error.contains("ended after 2000 of 170052171 bytes"))
                #expect(server.requests.map(\.path) == Array(repeating: "/mirror/cifar-10-binary.tar.gz", count: 2))
                #expect(server.requests.map { $0.headers["range"] } == [nil, "bytes=1000-"])
            }
        }
    }

    @Test func theFolderComesFromTheEnvironmentOrElseFromTheDaemon() async throws {
        try await TemporaryFolder.with { folder in
            let complaint = "is no http:// or https:// address"
            let fromEnvironment = await Sweepctl.run(
                ["dataset", "fetch", "mnist", "--mirror", "ftp://x"], environment: ["SWEEPD_DATA_DIR": folder])
            #expect(fromEnvironment.status == 1)
            #expect(fromEnvironment.error.contains(complaint))
            let (fromDaemon, requests) = try await Sweepctl.run(["dataset", "fetch", "mnist", "--mirror", "ftp://x"]) {
                _ in
                var daemon = Samples.daemon()
                daemon.dataDirectory = folder
                return try .json(daemon)
            }
            #expect(fromDaemon.error.contains(complaint))
            #expect(requests.map(\.path) == ["/v1/health"])
        }
        let neither = await Sweepctl.run(["dataset", "fetch", "mnist", "--socket", "/nowhere/d.sock"])
        #expect(neither.status == 5)
        #expect(neither.error.contains("name the folder with --data-dir"))
    }

    @Test func anUnknownNameIsNotFound() async {
        let run = await Sweepctl.run(["dataset", "fetch", "imagenet"])
        #expect(run.status == 3)
        #expect(run.error.contains("these can: cifar10, fashion-mnist, mnist"))
    }

    @Test func aFolderIsListedAndCheckedWithoutADaemon() async throws {
        try await TemporaryFolder.with { folder in
            let list = await Sweepctl.run(["dataset", "list", "--data-dir", folder, "--json"])
            #expect(list.status == 0)
            let names = try WireCoder.decode(DatasetsReply.self, from: Data(list.output.utf8)).datasets.map(\.name)
            #expect(Set(names).isSuperset(of: ["synthetic", "cifar10", "mnist", "fashion-mnist"]))
            let check = await Sweepctl.run(["dataset", "check", "synthetic", "--data-dir", folder])
            #expect(check.status == 0)
            #expect(check.output.contains("training  2500 samples of 192 values, 10 classes\n"))
            #expect(await Sweepctl.run(["dataset", "check", "npz", "--data-dir", folder]).status != 0)
        }
    }

    @Test(arguments: [
        (DatasetError.Code.notFound, SweepAPI.ExitStatus.notFound), (.unknownName, .notFound), (.invalidPath, .usage),
        (.checksum, .failed), (.download, .failed),
    ])
    func anErrorHasAnExitStatus(code: DatasetError.Code, status: SweepAPI.ExitStatus) {
        #expect(Sweepctl.report(DatasetError(code, "so"), .silent) == status)
    }

    @Test(arguments: [
        (0.0, "f.gz: 34 %, 55.1 MiB of 162.2 MiB"), (10, "f.gz: 34 %, 55.1 MiB of 162.2 MiB, 4.5 MiB/s, 24 s left"),
    ])
    func progressHasRateAndRemainingTime(seconds: Double, line: String) {
        let progress = FetchProgress(
            phase: .downloading, file: "f.gz", bytes: 57_776_537, totalBytes: 170_052_171)
        #expect(FetchView.line(progress, since: 10_485_760, seconds: seconds, Page()) == line)
        #expect(Text.width(FetchView.line(progress, since: 0, seconds: seconds, Page(width: 30))) < 30)
    }

    @Test func aLogOfADownloadIsNoFlood() {
        let log = Recorder()
        let view = FetchView(log.stream())
        let start = ContinuousClock.now
        for step in 0...100 {
            let progress = FetchProgress(phase: .downloading, file: "f.gz", bytes: step, totalBytes: 100)
            view.update(progress, at: start + .milliseconds(step * 200))
        }
        #expect(log.text.split(separator: "\n").count == 3)
    }
}
