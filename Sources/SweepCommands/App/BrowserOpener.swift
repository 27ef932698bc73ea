#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// Opens an address in the desktop's browser, where there is a desktop.
enum BrowserOpener {
    /// The path of `xdg-open`; nil without a display, and over ssh, where a browser would open on the wrong machine.
    static func program(_ environment: [String: String], isExecutable: (String) -> Bool) -> String? {
        func value(_ name: String) -> String? { environment[name].flatMap { $0.isEmpty ? nil : $0 } }
        guard value("SSH_CONNECTION") == nil, value("DISPLAY") ?? value("WAYLAND_DISPLAY") != nil else { return nil }
        return (value("PATH") ?? "/usr/local/bin:/usr/bin:/bin").split(separator: ":").map { "\($0)/xdg-open" }
            .first { $0.hasPrefix("/") && isExecutable($0) }
    }

    static func isExecutable(_ path: String) -> Bool { access(path, X_OK) == 0 }

    /// What to run on the machine in front of the user; nil when this one is not reached over ssh.
    ///
    /// `SSH_CONNECTION` holds the client's address and port, then the server's (ssh(1)).
    static func tunnel(_ environment: [String: String], port: Int) -> String? {
        let parts = (environment["SSH_CONNECTION"] ?? "").split(separator: " ")
        guard parts.count == 4 else { return nil }
        let user = (environment["USER"] ?? "").isEmpty ? "" : "\(environment["USER"] ?? "")@"
        let sshPort = parts[3] == "22" ? "" : "-p \(parts[3]) "
        return "ssh -N -L \(port):127.0.0.1:\(port) \(sshPort)\(user)\(parts[2])"
    }

    /// Starts `program` with one argument and goes on; it outlives this process, and Ctrl-C does not reach it.
    static func start(_ program: String, _ argument: String, _ environment: [String: String]) throws {
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0)
        for descriptor in [STDOUT_FILENO, STDERR_FILENO] {
            posix_spawn_file_actions_addopen(&actions, descriptor, "/dev/null", O_WRONLY, 0)
        }
        var attributes = posix_spawnattr_t()
        posix_spawnattr_init(&attributes)
        defer { posix_spawnattr_destroy(&attributes) }
        posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETPGROUP))
        posix_spawnattr_setpgroup(&attributes, 0)

        var arguments: [UnsafeMutablePointer<CChar>?] = [strdup(program), strdup(argument), nil]
        var variables: [UnsafeMutablePointer<CChar>?] = environment.map { strdup("\($0.key)=\($0.value)") } + [nil]
        defer { for pointer in arguments + variables { free(pointer) } }
        var child = pid_t()
        let code = posix_spawn(&child, program, &actions, &attributes, &arguments, &variables)
        guard code == 0 else { throw Descriptor.Failure(code: code) }
    }
}
