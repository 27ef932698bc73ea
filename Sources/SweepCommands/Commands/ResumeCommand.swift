import ArgumentParser
import SweepAPI

struct ResumeCommand: VerbCommand {
    static let configuration = CommandConfiguration(
        commandName: "resume",
        abstract: "Let a paused sweep go on.",
        discussion: """
            Every trial goes on from its checkpoint, bit for bit.

              sweepctl resume 1
            """)
    static let verb = SweepVerb.resume

    @OptionGroup var globals: GlobalOptions
    @OptionGroup var target: VerbOptions
}
