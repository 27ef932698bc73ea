import ArgumentParser

struct ServeCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "serve",
        abstract: "Run the daemon in the foreground.",
        discussion: """
            Every option can also stand in the configuration file (JSON) or in the environment, as SWEEPD_ and the key in \
            capitals; docs/configuration.md has the table. An option wins over the environment, the environment over the file.

              sweepd serve --state-dir .run/state --socket .run/sweepd.sock --data-dir ~/data --workers 2
            """)

    @Option(help: "A configuration file, JSON.")
    var config: String?

    @Option(help: "Where the database, checkpoints and models are kept.")
    var stateDir: String?

    @Option(help: "The Unix socket to listen on.")
    var socket: String?

    @Option(help: "Slices that run at the same time; as many as there are cores when left out.")
    var workers: Int?

    @Option(help: "Where the data sets are.")
    var dataDir: String?

    @Option(help: "HOST:PORT to listen on beside the socket; needs http_token_file.")
    var http: String?

    func run() async throws {
        let arguments: [SettingKey: String?] = [
            .stateDir: stateDir, .socket: socket, .workers: workers.map(String.init), .dataDir: dataDir, .http: http,
        ]
        let given = arguments.compactMapValues(\.self)
        let read: @Sendable () async throws -> Settings = { [config] in
            try await Settings.load(file: config, arguments: given)
        }
        try await Daemon(settings: try await read(), reload: read).run()
    }
}
