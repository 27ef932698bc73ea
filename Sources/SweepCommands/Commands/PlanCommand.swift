import ArgumentParser
import SweepAPI
import SweepClient
import SweepModel

struct PlanCommand: ClientCommand {
    static let configuration = CommandConfiguration(
        commandName: "plan",
        abstract: "Show what a sweep file would run; submits nothing.",
        discussion: """
            Trials, the types that were inferred, memory, and how long it may take.

              sweepctl plan configs/grid.json
              sweepctl plan random.yaml --set run_cap=500 --json
            """)

    @OptionGroup var globals: GlobalOptions
    @OptionGroup var file: SweepFileOptions

    func run(_ client: SweepClient, _ output: Output) async throws -> ExitStatus {
        let request = try file.request(output.console)
        let plan = try await file.reporting { try await client.plan(request) }
        try output.show(plan) { page in PlanText.render(plan, page) }
        file.show(plan.notes, output)
        return .done
    }
}

enum PlanText {
    static func render(_ plan: PlanReply, _ page: Page) -> String {
        var text = "\(Text.oneLine(plan.name)): \(Text.count(plan.trials, "trial")) by \(plan.method) search"
        text += " on \(plan.dataset)\n"
        if let configurations = plan.configurations, configurations > 0, configurations < plan.trials {
            text += "\(Text.count(configurations, "configuration")), \(plan.trials / configurations) replicates each\n"
        }
        text += "\(plan.together) at a time, up to \(Format.bytes(plan.memoryBytes)) of memory"
        text += plan.preparedBytes.map { " (\(Format.bytes($0)) of them for prepared images)" } ?? ""
        text += " and \(Format.bytes(plan.datasetBytes)) for the data set\n"
        text += Format.operations(plan.flop)
        text +=
            plan.estimateSeconds.map { ", about \(Format.duration($0)) if every trial runs to its end\n" }
            ?? ", time not known\n"
        var parameters = Table([
            .init("PARAMETER", importance: 90), .init("TYPE", importance: 40), .init("KIND", importance: 30),
            .init("RANGE", importance: 60),
        ])
        for item in plan.parameters {
            parameters.add([
                Table.Cell(item.name), Table.Cell(item.type), Table.Cell(item.kind),
                Table.Cell(item.range + (item.when.map { ", when \($0)" } ?? "")),
            ])
        }
        if !plan.parameters.isEmpty { text += "\n" + parameters.render(page) }
        if let pruning = plan.earlyTermination { text += "\n" + render(pruning, page) }
        if !plan.samples.isEmpty { text += "\n" + samples(plan).render(page) }
        return text
    }

    private static func render(_ plan: PruningPlan, _ page: Page) -> String {
        var text = "early termination by \(plan.type.rawValue)" + (plan.asynchronous ? ", asynchronous" : "")
        if let epochs = plan.epochs {
            let all = Text.count(Int(epochs.rounded()), "epoch")
            if let expected = plan.expectedEpochs, let saved = plan.saved {
                text += ": about \(Int(expected.rounded())) of \(all), \(Int((saved * 100).rounded())) % saved"
            } else {
                text += ": at most \(all)"
            }
        }
        var table = Table([
            .init("GROUPS", .right, importance: 90), .init("CONFIGURATIONS", .right, importance: 80),
            .init("RUNGS", importance: 99),
        ])
        for group in plan.groups {
            var rungs = group.rungs.prefix(6).map { rung in
                "epoch \(rung.epoch)" + (rung.goOn.map { ": \(rung.configurations) → \($0)" } ?? "")
            }
            if group.rungs.count > 6 { rungs.append("…") }
            table.add([
                Table.Cell("\(group.count)"), Table.Cell("\(group.configurations)"),
                Table.Cell(rungs.isEmpty ? "none" : rungs.joined(separator: ", ")),
            ])
        }
        return text + "\n" + table.render(page)
    }

    /// What is chosen, even where all samples happen to have the same.
    private static func samples(_ plan: PlanReply) -> Table {
        let varying = Parameters.split(plan.samples.map(\.parameters)).varying
        let chosen = plan.parameters.filter { $0.kind != "value" }.map(\.name)
        let names = chosen + varying.filter { !chosen.contains($0) }
        var table = Table(
            [.init("INDEX", .right, importance: 99)] + names.map { .init($0, .right, importance: 80) }
                + [.init("SEED", .right, importance: 10)])
        for sample in plan.samples {
            table.add(
                [Table.Cell("\(sample.index)")]
                    + names.enumerated().map { place, name in
                        let isOpen = sample.parameters.entries.isEmpty && place == 0
                        return Table.Cell(Parameters.value(name, sample.parameters) ?? (isOpen ? "not chosen yet" : ""))
                    }
                    + [Table.Cell("\(sample.seed)")])
        }
        return table
    }
}
