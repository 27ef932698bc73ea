import FoundationEssentials
import SweepAPI
import SweepClientTestKit
import SweepModel
import Testing

@testable import SweepCommands

struct ExportTextTests {
    @Test(arguments: [
        ("plain", "plain"), ("", ""), ("a,b", "\"a,b\""), ("say \"hi\"", "\"say \"\"hi\"\"\""), ("a\nb", "\"a\nb\""),
        ("a\r\nb", "\"a\r\nb\""), (" blank ", " blank "),
    ])
    func fieldsAreQuotedAsRFC4180Says(field: String, quoted: String) { #expect(CSV.quote(field) == quoted) }

    @Test func csvHasAColumnForEachParameterAndWhatVariesLast() {
        let trials = [
            Samples.trial(1, rate: 1e-3, accuracy: 0.1 + 0.2),
            Samples.trial(2, .diverged, rate: 0.1, accuracy: nil, reason: "iteration 7, last loss 2.3"),
        ]
        #expect(
            ExportText.csv(trials, reproducible: false) == """
                index,state,reason,parameters.hidden_size,parameters.learning_rate,parameters.batch_size,seed,iteration,\
                iterations,val_accuracy,train_accuracy,val_loss,train_loss,model,trial,sweep,attempt,isa,seconds,started_at,\
                ended_at
                0,completed,,160,0.001,200,7,2000,2000,0.30000000000000004,0.521,1.48,1.25,,1,1,1,avx2,12.5,\
                2026-01-02T03:04:05Z,2026-01-02T03:04:05Z
                1,diverged,"iteration 7, last loss 2.3",160,0.1,200,7,2000,2000,,,,,,2,1,1,avx2,12.5,2026-01-02T03:04:05Z,\
                2026-01-02T03:04:05Z

                """)
    }

    @Test func reproducibleFilesOfTwoRunsAreEqual() throws {
        var again = Samples.trial(1)
        (again.trial, again.sweep, again.attempt, again.seconds) = (9, 2, 3, 99)
        (again.instructionSet, again.startedAt, again.endedAt) = ("neon", nil, nil)
        let first = TrialsReply(sweep: 1, trials: [Samples.trial(1)], nextOffset: nil)
        let second = TrialsReply(sweep: 2, trials: [again], nextOffset: nil)
        #expect(try ExportText.json(first, reproducible: true) == ExportText.json(second, reproducible: true))
        #expect(try ExportText.json(first, reproducible: false) != ExportText.json(second, reproducible: false))
        #expect(
            ExportText.csv(first.trials, reproducible: true) == ExportText.csv(second.trials, reproducible: true))
    }

    @Test func aDifferentResultShowsInReproducibleFiles() throws {
        let other = Samples.trial(1, accuracy: 0.488)
        #expect(
            ExportText.csv([Samples.trial(1)], reproducible: true) != ExportText.csv([other], reproducible: true))
    }
}
