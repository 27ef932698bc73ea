import ArgumentParser
import SweepAPI

struct CancelCommand: VerbCommand {
    static let configuration = CommandConfiguration(
        commandName: "cancel",
        abstract: "End a sweep and its trials now.",
        discussion: """
            Completed trials keep their results and models.

              sweepctl cancel 1 --reason "wrong data set"
            """)
    static let verb = SweepVerb.cancel

    @OptionGroup var globals: GlobalOptions
    @OptionGroup var target: VerbOptions
}
