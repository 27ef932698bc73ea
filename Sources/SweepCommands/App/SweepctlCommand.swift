import ArgumentParser
import SweepAPI

struct SweepctlCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "sweepctl",
        abstract: "Submits hyperparameter sweeps to sweepd, follows them, and promotes the best model.",
        discussion: """
            The daemon is looked for at --socket, $SWEEPD_SOCKET, $XDG_RUNTIME_DIR/sweepd/sweepd.sock if it is there, \
            and /run/sweepd/sweepd.sock. Without a command: `status`.

            Exit status: 0 done, 1 the sweep or trial failed, 2 usage or an invalid sweep file, 3 not found, \
            4 conflict, 5 daemon unreachable, 6 version mismatch, 7 not permitted, 8 refused for now, 124 --timeout, \
            130 interrupted (the sweep goes on).

              sweepctl submit configs/grid.json
              sweepctl status
              sweepctl best 1
              sweepctl promote 1
            """,
        version: APIVersion.program,
        groupedSubcommands: [
            CommandGroup(
                name: "Sweeps",
                subcommands: [
                    SubmitCommand.self, PlanCommand.self, StatusCommand.self, FollowCommand.self, WaitCommand.self,
                    PauseCommand.self, ResumeCommand.self, StopCommand.self, CancelCommand.self, RetryCommand.self,
                ]),
            CommandGroup(
                name: "Results",
                subcommands: [
                    TrialsCommand.self, ShowCommand.self, BestCommand.self, PlotCommand.self, DiagnoseCommand.self,
                    RefineCommand.self, ReportCommand.self, PromoteCommand.self, ExportCommand.self,
                    AuditCommand.self, VerifyCommand.self, KeepCommand.self, ResumeTrialCommand.self,
                ]),
            CommandGroup(
                name: "Daemon",
                subcommands: [
                    DashboardCommand.self, LogsCommand.self, BackupCommand.self, CheckCommand.self,
                    PruneCommand.self, DoctorCommand.self, DatasetCommand.self, VersionCommand.self,
                    CompletionCommand.self,
                ]),
        ],
        defaultSubcommand: StatusCommand.self)
}
