import ArgumentParser
import SweepAPI
import SweepModel
import Testing

@testable import SweepCommands

struct UsageTests {
    static let commands = [
        "submit", "plan", "status", "trials", "show", "best", "promote", "follow", "wait", "logs", "pause", "resume",
        "stop", "plot", "report", "diagnose", "refine", "dashboard",
        "cancel", "retry", "export", "audit", "verify", "backup", "check", "doctor", "dataset", "version", "completion",
    ]

    @Test(arguments: commands)
    func everyCommandHasHelpWithAnExample(name: String) async {
        for arguments in [[name, "--help"], ["help", name]] {
            let run = await Sweepctl.run(arguments)
            #expect(run.status == 0)
            #expect(run.error.isEmpty)
            #expect(run.output.contains("OVERVIEW: "))
            #expect(run.output.contains("sweepctl \(name)"))
        }
    }

    @Test(arguments: commands.filter { $0 != "dataset" })
    func everyCommandTakesJSONAndSocket(name: String) async {
        let help = await Sweepctl.run([name, "--help"]).output
        #expect(help.contains("--json"))
        #expect(help.contains("--socket"))
    }

    @Test(arguments: [
        ["bogus"], ["status", "--bogus"], ["status", "abc"], ["status", "0"], ["status", "-1"], ["trials"],
        ["trials", "cifar10-grid"], ["trials", "1", "--state", "asleep"], ["trials", "1", "--sort", "luck"],
        ["trials", "1", "--top", "0"], ["show"], ["show", "x"], ["best", "--top", "0"], ["promote", "--trial", "x"],
        ["promote", "1", "--ensemble", "1"], ["promote", "1", "--ensemble", "101"],
        ["promote", "--trial", "3", "--ensemble", "2"],
        ["follow"], ["wait"], ["wait", "1", "--timeout", "-1"], ["wait", "1", "--timeout", "nan"], ["pause"],
        ["cancel", "1", "--reason", String(repeating: "x", count: 201)], ["retry"], ["export", "1"],
        ["export", "1", "--format", "xml"], ["export", "1", "--format", "csv", "--json"], ["audit"], ["verify"],
        ["backup"],
        ["completion"], ["completion", "tcsh"], ["submit"], ["submit", "f", "--set", "seed"],
        ["submit", "f", "--set", "=1"],
        ["promote", "1", "--confirm", "0"], ["promote", "1", "--seeds", "5"],
        ["promote", "1", "--confirm", "3", "--seeds", "1"], ["promote", "--confirm", "3", "--trial", "1"],
        ["refine", "x"], ["refine", "1", "--trials", "0"], ["refine", "1", "--force"],
        ["submit", "f", "--dry-run", "--wait"], ["submit", "f", "--quiet", "--json"], ["status", "--watch", "--json"],
        ["logs", "--lines", "-1"], ["logs", "--follow", "--json"], ["dataset", "burn"], ["status", "--socket"],
        ["status", "--socket", ""], ["status", "--socket", "ftp://a:1"], ["submit", "/nowhere/grid.json"],
    ])
    func aWrongUsageExitsWithTwo(arguments: [String]) async {
        let run = await Sweepctl.run(arguments)
        #expect(run.status == 2)
        #expect(run.output.isEmpty)
        #expect(!run.error.isEmpty)
    }

    @Test func aNameOfASweepIsRefusedWithASentence() async {
        let run = await Sweepctl.run(["pause", "cifar10-grid"])
        #expect(run.error.contains("a sweep is named by its number, not by its name"))
    }

    @Test(arguments: ["follow", "status", "show"])
    func aNegativeNumberIsNotTakenForAnOption(command: String) async {
        let run = await Sweepctl.run([command, "-1"])
        #expect(run.status == 2)
        #expect(run.error == "sweepctl: -1 is no number of a sweep or a trial; these are whole numbers from 1 on\n")
    }

    @Test(arguments: [
        (["stat"], "there is no command \"stat\"; did you mean `sweepctl status`?"),
        (["--json", "trails", "1"], "there is no command \"trails\"; did you mean `sweepctl trials`?"),
        (["frobnicate"], "there is no command \"frobnicate\"; `sweepctl --help` lists them"),
    ])
    func anUnknownCommandIsNotTakenForASweep(arguments: [String], sentence: String) async {
        let run = await Sweepctl.run(arguments)
        #expect(run.status == 2 && run.error == "sweepctl: \(sentence)\n")
    }

    @Test(arguments: [["--version"], ["--help"], ["help"]])
    func versionAndHelpExitWithZero(arguments: [String]) async {
        let run = await Sweepctl.run(arguments)
        #expect(run.status == 0)
        #expect(!run.output.isEmpty)
        #expect(run.error.isEmpty)
    }

    @Test(arguments: [
        (["--json", "status"], ["status", "--json"]),
        (["--socket", "/a", "trials", "1"], ["trials", "--socket", "/a", "1"]),
        (["--json", "--socket=/a", "dataset", "list"], ["dataset", "list", "--json", "--socket=/a"]),
        (["--json", "dataset"], ["dataset", "--json"]),
        (["--json"], ["--json"]),
        (["--socket"], ["--socket"]),
        (["status", "--json"], ["status", "--json"]),
    ])
    func optionsMayComeBeforeTheCommand(arguments: [String], hoisted: [String]) {
        #expect(Sweepctl.hoistingOptions(arguments) == hoisted)
    }

    @Test(arguments: ["bash", "zsh", "fish"])
    func completionIsPrintedForEachShell(shell: String) async {
        let run = await Sweepctl.run(["completion", shell])
        #expect(run.status == 0)
        for command in Self.commands { #expect(run.output.contains(command)) }
    }

    @Test func optionsAreRead() throws {
        let submit = try #require(
            try SweepctlCommand.parseAsRoot([
                "submit", "f.json", "--set", "seed=7", "--set", "name=a=b", "--name", "n", "--priority", "-3", "--key",
                "k",
            ]) as? SubmitCommand)
        #expect(submit.file.set == [.init(key: "seed", value: "7"), .init(key: "name", value: "a=b")])
        #expect((submit.file.file, submit.file.name, submit.priority, submit.key) == ("f.json", "n", -3, "k"))

        let trials = try #require(
            try SweepctlCommand.parseAsRoot(["trials", "4", "--state", "failed,diverged", "--state", "pruned"])
                as? TrialsCommand)
        #expect(trials.state.flatMap { $0 } == [.failed, .diverged, .pruned])

        let retry = try #require(
            try SweepctlCommand.parseAsRoot(["retry", "4", "--failed", "--cancelled"]) as? RetryCommand)
        #expect(retry.states == [.failed, .cancelled])
        let plain = try #require(try SweepctlCommand.parseAsRoot(["retry", "4"]) as? RetryCommand)
        #expect(plain.states == nil)

        let bare = try #require(try SweepctlCommand.parseAsRoot(["--json"]) as? StatusCommand)
        #expect(bare.globals.json && bare.sweep == nil)
    }
}
