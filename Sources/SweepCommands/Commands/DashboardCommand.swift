import ArgumentParser
import DashboardProxy
import SweepAPI
import SweepClient

struct DashboardCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "dashboard",
        abstract: "Open the daemon's dashboard in a browser of this machine, until Ctrl-C.",
        discussion: """
            Prints an address on 127.0.0.1 that is good for one browser and one time; run it again for another one. \
            Whoever has the address may do everything that you may. Nothing listens on the network. Opens the browser \
            when standard output is a terminal on a desktop; over ssh it prints the command that leads there.

              sweepctl dashboard
              sweepctl dashboard --port 8000 --no-open
              sweepctl dashboard --json --no-open
            """)

    struct Reply: Codable, Equatable {
        var url: String
        var port: Int
    }

    @OptionGroup var globals: GlobalOptions

    @Option(
        name: .long,
        help: ArgumentHelp(
            "Listen on this port; 0 for any. Without it: \(DashboardProxy.usualPort) if it is free, else any.",
            valueName: "n"))
    var port: Int?

    @Flag(inversion: .prefixedNo, help: "Open the address in the desktop's browser.")
    var open: Bool?

    func validate() throws {
        if let port, !(0...65535).contains(port) { throw ValidationError("--port is 0 to 65535") }
    }

    func run() async throws {
        let console = Console.current
        let found = try globals.discovery(console)
        let choice = port.map(DashboardProxy.Port.exactly) ?? .preferably(DashboardProxy.usualPort)
        do {
            try await Interruption.during {
                try await SweepClient.with(found, connections: DashboardProxy.connections) { client in
                    try await Self.checkDaemon(client, console)
                    try await DashboardProxy(client: client).run(on: choice) { place in try announce(place, console) }
                }
            }
        } catch is Interruption.Interrupted {
            throw CommandExit(.interrupted)
        } catch let error as DashboardError {
            throw CommandExit(error.exitStatus, error.message)
        }
    }

    /// A daemon that is not there may come; one that must not be used will not change.
    private static func checkDaemon(_ client: SweepClient, _ console: Console) async throws {
        do {
            _ = try await client.health()
        } catch let error as ClientError where [.notRunning, .connectionLost, .noAnswer].contains(error.code) {
            console.note("sweepctl: \(error.message); the dashboard waits for it")
        }
    }

    private func announce(_ place: DashboardProxy.Place, _ console: Console) throws {
        try globals.output(console).show(Reply(url: place.url, port: place.port)) { _ in place.url }
        if port == nil, place.port != DashboardProxy.usualPort {
            console.note("sweepctl: port \(DashboardProxy.usualPort) is taken, this is another one")
        }
        if let tunnel = BrowserOpener.tunnel(console.environment, port: place.port) {
            console.note("sweepctl: on the machine in front of you run `\(tunnel)`, and open the address there")
        }
        if open ?? (console.output.isTerminal && !globals.json) { openBrowser(place.url, console) }
        console.note("sweepctl: the address is good for one time; Ctrl-C ends the dashboard")
    }

    private func openBrowser(_ url: String, _ console: Console) {
        let found = BrowserOpener.program(console.environment, isExecutable: BrowserOpener.isExecutable)
        guard let found else {
            if open == true {
                console.note("sweepctl: there is no desktop here, or no xdg-open; open the address yourself")
            }
            return
        }
        do {
            try BrowserOpener.start(found, url, console.environment)
        } catch {
            console.note("sweepctl: \(found) cannot be started (\(error)); open the address yourself")
        }
    }
}

extension DashboardError {
    /// How a command that ends with this error exits.
    var exitStatus: SweepAPI.ExitStatus {
        switch code {
        case .portTaken: .conflict
        case .notPermitted: .notPermitted
        case .failed: .failed
        }
    }
}
