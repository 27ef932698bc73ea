import ArgumentParser
import SweepAPI

struct PauseCommand: VerbCommand {
    static let configuration = CommandConfiguration(
        commandName: "pause",
        abstract: "Save a sweep's running trials and hold them all back.",
        discussion: """
            The trials go on where they stopped with `resume`; nothing is lost.

              sweepctl pause 1 --reason "the box is needed"
            """)
    static let verb = SweepVerb.pause

    @OptionGroup var globals: GlobalOptions
    @OptionGroup var target: VerbOptions
}
