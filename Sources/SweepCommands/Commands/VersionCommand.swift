import ArgumentParser
import SweepAPI
import SweepClient

struct VersionCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "version",
        abstract: "Show the versions of client and daemon, and the socket between them.",
        discussion: """
            Exits with 5, 6 or 7 if the daemon does not answer; the client's version is shown all the same.

              sweepctl version
              sweepctl version --json
            """)

    struct Reply: Codable, Equatable {
        var client: Side
        /// Null when it does not answer.
        var daemon: Side?
        var socket: String
        /// Which setting named the socket.
        var socketFrom: String

        struct Side: Codable, Equatable {
            var version: String
            var wire: Int
        }

        enum CodingKeys: String, CodingKey {
            case client, daemon, socket
            case socketFrom = "socket_from"
        }

        func encode(to encoder: any Encoder) throws {
            var container = encoder.container(keyedBy: CodingKeys.self)
            try container.encode(client, forKey: .client)
            try container.encode(daemon, forKey: .daemon)
            try container.encode(socket, forKey: .socket)
            try container.encode(socketFrom, forKey: .socketFrom)
        }
    }

    @OptionGroup var globals: GlobalOptions

    func run() async throws {
        let console = Console.current
        let found = try globals.discovery(console)
        var reply = Reply(
            client: .init(version: APIVersion.program, wire: APIVersion.wire), daemon: nil,
            socket: found.address.description, socketFrom: found.source.rawValue)
        var failure: ClientError?
        do {
            let health = try await SweepClient.with(found) { try await $0.health() }
            reply.daemon = .init(version: health.version, wire: health.wire)
        } catch let error as ClientError {
            failure = error
        }
        let shown = reply
        try globals.output(console).show(shown) { _ in Self.text(shown) }
        if let failure { throw failure }
    }

    static func text(_ reply: Reply) -> String {
        Facts.render([
            ("sweepctl", "\(reply.client.version) (wire \(reply.client.wire))"),
            ("sweepd", reply.daemon.map { "\($0.version) (wire \($0.wire))" } ?? "no answer"),
            ("socket", "\(reply.socket) (\(reply.socketFrom))"),
        ])
    }
}
