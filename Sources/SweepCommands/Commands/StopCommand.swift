import ArgumentParser
import SweepAPI

struct StopCommand: VerbCommand {
    static let configuration = CommandConfiguration(
        commandName: "stop",
        abstract: "Start no more trials of a sweep; let the running ones end.",
        discussion: """
            The sweep is then completed. To end the running ones too: `cancel`.

              sweepctl stop 1
            """)
    static let verb = SweepVerb.stop

    @OptionGroup var globals: GlobalOptions
    @OptionGroup var target: VerbOptions
}
