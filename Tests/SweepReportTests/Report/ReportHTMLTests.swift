import FoundationEssentials
import Plots
import SweepAnalysis
import SweepModel
import SweepReport
import Testing

@Suite struct ReportHTMLTests {
    @Test func aFinishedSweepMakesASoundPage() throws {
        let html = Report.html(try SampleReport.input())
        let check = MarkupCheck(html)
        #expect(check.problems == [])
        #expect(check.outside == [])
        #expect(check.counts["script"] == nil)
        #expect(check.counts["h1"] == 1)
        #expect(check.counts["main"] == 1)
        #expect(check.attributes.isDisjoint(with: ["style", "onclick", "onload"]))
        #expect(html.hasPrefix("<!DOCTYPE html>\n<html lang=\"en\">"))
        #expect(!html.contains("@import") && !html.contains("url("))
        for trial in 1...144 { #expect(check.ids.contains("trial-\(trial)")) }
        for plot in ["curves", "importance", "heatmap", "slice", "parallel", "history", "distribution", "timeline"] {
            #expect(check.ids.contains("plot-\(plot)"))
        }
    }

    @Test func aPageOfAHundredFortyFourTrialsIsBelowTwoMegabytes() throws {
        let html = Report.html(try SampleReport.input(epochs: 40, pictures: true))
        #expect(html.utf8.count < 2_000_000)
        #expect(MarkupCheck(html).problems == [])
        #expect(html.contains("id=\"best-weights\"") && html.contains("id=\"best-mistakes\""))
    }

    @Test func theAnswerComesFirst() throws {
        let html = Report.html(try SampleReport.input())
        #expect(
            html.contains(
                "The best of 144 configurations, <a href=\"#trial-102\">trial 102</a>, reaches "
                    + "<strong>0.532</strong> ± 0.016 on 1000 validation images; "))
        #expect(html.contains("on the test set: <strong>0.750 (0.301–0.954)</strong>."))
    }

    @Test func whatUsersWriteIsText() throws {
        let name = "</title><script>alert(1)</script> & \"quoted\" 'single' \u{202E}<img src=x onerror=y>\u{0}\u{8}"
        var input = try SampleReport.input(name: name)
        input.record.sweep.reason = "<b>bold</b>"
        input.record.sweep.file += "\n# </pre><script>"
        input.record.trials[0].reason = "</td></table><script>"
        input.record.trials[1].parameters["reg"] = .string("<i>\"x\"</i>")
        input.pictures.classNames = ["<cat>", "\"dog\"&"]
        input.best?.promotion = SampleTrial().promotion(counts: [[3, 1], [0, 1]], of: 102)
        input.box = "<u>box</u>"
        let html = Report.html(input)
        let check = MarkupCheck(html)
        #expect(check.problems == [])
        #expect(check.counts["script"] == nil && check.counts["img"] == nil && check.counts["i"] == nil)
        #expect(check.counts["b"] == nil && check.counts["u"] == nil && check.counts["cat"] == nil)
        #expect(html.contains("&lt;script&gt;alert(1)&lt;/script&gt; &amp; &quot;quoted&quot;"))
        #expect(!html.utf8.contains(0) && !html.utf8.contains(8))
    }

    @Test func theSameInputGivesTheSameBytes() throws {
        let input = try SampleReport.input(pictures: true)
        #expect(Report.html(input) == Report.html(input))
        #expect(Report.markdown(input) == Report.markdown(input))
    }

    @Test func aSweepWithoutResultsHasAPageToo() throws {
        for end in [SampleSweep.TrialEnd.queued, .diverged, .failed, .running(0.2)] {
            let record = try SampleSweep.record(state: .running) { _ in end }
            let html = Report.html(ReportInput(record: record, now: SampleSweep.start, box: "a box"))
            #expect(MarkupCheck(html).problems == [])
            #expect(html.contains("None of 144 configurations has"))
        }
        var record = try SampleSweep.record()
        (record.trials, record.curves) = ([], [:])
        let html = Report.html(ReportInput(record: record, now: SampleSweep.start, box: ""))
        #expect(MarkupCheck(html).problems == [])
        #expect(html.contains("This sweep has no configurations."))
    }

    @Test func aHugeSweepIsCutAndSaysHowToGetTheRest() throws {
        // A full grid: what matters in it is counted, not estimated by a forest, which takes long without optimisation.
        let ten = (1...10).map { "\($0)e-4" }.joined(separator: ", ")
        let file = """
            {"name": "huge", "method": "grid", "dataset": {"name": "cifar10"},
             "parameters": {
               "learning_rate": {"values": [\(ten)]}, "reg": {"values": [\(ten)]}, "dropout": {"values": [\(ten)]},
               "hidden_size": {"values": [10, 20, 30, 40, 50, 60, 70, 80, 90, 100]}, "iterations": {"value": 2000}}}
            """
        let record = try SampleSweep.record(file, epochs: 3) { plan in .completed(0.2 + Double(plan.index % 997) / 3000)
        }
        #expect(record.trials.count == 10_000)
        let html = Report.html(ReportInput(record: record, now: SampleSweep.start, box: ""))
        let check = MarkupCheck(html)
        #expect(check.problems == [])
        #expect(check.ids.count { $0.hasPrefix("trial-") } == 1000)
        #expect(html.contains("sweepctl export 3 --format csv --output trials.csv"))
        #expect(html.utf8.count < 8_000_000)
    }

    @Test func overridesAndNamesAreQuotedForTheShell() throws {
        var input = try SampleReport.input(name: "it's mine")
        input.record.sweep.overrides = #"[{"key":"reg","value":"[1e-2, 1e-3]"}]"#
        let text = Report.markdown(input)
        #expect(text.contains("sweepctl submit sweep.json --set 'reg=[1e-2, 1e-3]' --name 'it'\\''s mine' --wait"))
        #expect(text.contains("reg=[1e-2, 1e-3]\n"))
    }
}

enum SampleReport {
    static func input(
        name: String? = nil, epochs: Int = 8, pictures: Bool = false
    ) throws -> ReportInput {
        var record = try SampleSweep.record(epochs: epochs)
        if let name { record.sweep.name = name }
        let best = record.best ?? record.trials[0]
        let promotion = SampleTrial().promotion(counts: [[3, 1], [0, 0]], of: best.id)
        record.promotions = [promotion]
        var trial = TrialRecord(
            trial: best, epochs: record.curves[best.id] ?? [], promotion: promotion, hiddenUnits: 320)
        var shown = TrialPictures(classNames: ["cat", "dog"])
        if pictures {
            // Noise does not compress.
            var state: UInt32 = 1
            func byte() -> UInt8 {
                state = state &* 1_664_525 &+ 1_013_904_223
                return UInt8(state >> 24)
            }
            trial.firstLayer = FirstLayer(
                width: 32, height: 32, channels: 3, hidden: 320, weights: (0..<3072 * 320).map { _ in Float(byte()) })
            shown.mistakes = (0..<64).map { _ in
                TileGrid.Picture(width: 32, height: 32, channels: 3, pixels: (0..<3072).map { _ in byte() })
            }
            let mistakes = (0..<64).map { Confusion.Mistake(sample: $0, label: $0 % 2, prediction: 1 - $0 % 2) }
            trial.promotion?.confusion?.mistakes = mistakes
        }
        return ReportInput(
            record: record, best: trial, pictures: shown, testLooks: 4, kernelRevision: 1,
            now: SampleSweep.start.addingTimeInterval(900), box: "sweepd 0.1.0 on 2 cores, avx2")
    }
}
