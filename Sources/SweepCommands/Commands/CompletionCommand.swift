import ArgumentParser

struct CompletionCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "completion",
        abstract: "Print a completion script for a shell.",
        discussion: """
              sweepctl completion bash > ~/.local/share/bash-completion/completions/sweepctl
              sweepctl completion zsh > ~/.zfunc/_sweepctl
              sweepctl completion fish > ~/.config/fish/completions/sweepctl.fish
            """)

    @OptionGroup var globals: GlobalOptions

    @Argument(help: "bash, zsh or fish.")
    var shell: Shell

    enum Shell: String, ExpressibleByArgument, CaseIterable {
        case bash, zsh, fish

        var completion: CompletionShell {
            switch self {
            case .bash: .bash
            case .zsh: .zsh
            case .fish: .fish
            }
        }
    }

    func run() throws {
        let script = SweepctlCommand.completionScript(for: shell.completion)
        try globals.output(Console.current).show(["script": script]) { _ in script }
    }
}
