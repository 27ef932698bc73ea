import ArgumentParser
import Datasets
import SweepAPI
import SweepClient

struct DatasetFetchCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "fetch",
        abstract: "Download a published data set, verify it, and put it into the data folder.",
        discussion: """
            \(DatasetCatalog.entries.map(\.name).joined(separator: ", ")). A download that broke goes on where it \
            stopped. The folder is --data-dir, else $SWEEPD_DATA_DIR, else the daemon's.

              sweepctl dataset fetch cifar10
              sweepctl dataset fetch mnist --data-dir /srv/data --mirror https://mirror.example/mnist
            """)

    struct Reply: Codable, Equatable {
        var name: String
        var location: String
        /// False when it was there before.
        var fetched: Bool
    }

    @OptionGroup var globals: GlobalOptions

    @Argument(help: "The data set's name.", completion: .list(DatasetCatalog.entries.map(\.name)))
    var name: String

    @Option(name: .long, help: "Put it into this folder.", completion: .directory)
    var dataDir: String?

    @Option(name: .long, help: ArgumentHelp("Download from here in place of the official address.", valueName: "url"))
    var mirror: String?

    func run() async throws {
        let console = Console.current
        // An unknown name is refused before anybody is asked for a folder.
        let entry = try DatasetCatalog.entry(name)
        let folder = try await dataFolder(console)
        let view = FetchView(console.error)
        let mirror = mirror
        let outcome: FetchOutcome
        do {
            outcome = try await Interruption.during {
                try await DatasetInstaller.fetch(
                    name: entry.name, into: folder, using: CatalogDownloader(), baseURL: mirror
                ) { progress in view.update(progress) }
            }
        } catch is Interruption.Interrupted {
            throw CommandExit(.interrupted, "interrupted; what has arrived is kept, run the command again to go on")
        }
        let reply =
            switch outcome {
            case .installed(let place): Reply(name: entry.name, location: place, fetched: true)
            case .alreadyThere(let place): Reply(name: entry.name, location: place, fetched: false)
            }
        try globals.output(console).show(reply) { _ in
            "\(reply.name): " + (reply.fetched ? "" : "already ") + "in \(reply.location)"
        }
    }

    private func dataFolder(_ console: Console) async throws -> String {
        if let dataDir { return dataDir }
        if let folder = console.environment["SWEEPD_DATA_DIR"], !folder.isEmpty { return folder }
        do {
            return try await SweepClient.with(globals.discovery(console)) { try await $0.health() }
                .dataDirectory
        } catch var error as ClientError {
            error.message += "; or name the folder with --data-dir"
            throw error
        }
    }
}

/// The client's downloader, as the catalog wants it.
private struct CatalogDownloader: Downloader {
    func download(
        url: String, to path: String, resumeAt: Int, progress: @escaping @Sendable (Int) throws -> Void
    ) async throws {
        try await HTTPDownloader().download(url: url, to: path, resumeAt: resumeAt, progress: progress)
    }
}
