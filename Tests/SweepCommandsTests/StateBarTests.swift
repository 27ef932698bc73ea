import SweepAPI
import SweepClientTestKit
import SweepModel
import Testing

@testable import SweepCommands

struct StateBarTests {
    @Test func stretchesAreSharesInAFixedOrder() {
        let sweep = Samples.sweep(counts: [.queued: 10, .running: 20, .diverged: 30, .completed: 40])
        #expect(StateBar.draw(sweep, columns: 10, Page()) == "████▚▚▚▒▒░")
        #expect(StateBar.draw(sweep, columns: 10, Page(unicode: false)) == "####xxx==-")
    }

    @Test func whatIsRareIsStillThere() {
        let sweep = Samples.sweep(counts: [.completed: 9999, .failed: 1])
        #expect(StateBar.draw(sweep, columns: 20, Page(unicode: false)) == "###################!")
    }

    @Test(arguments: 1...60)
    func theBarIsAsWideAsItIsTold(columns: Int) {
        let sweep = Samples.sweep(
            counts: [.completed: 17, .pruned: 5, .diverged: 3, .failed: 1, .cancelled: 2, .running: 7, .queued: 101])
        let bar = StateBar.draw(sweep, columns: columns, Page())
        #expect(bar.count == (columns < 7 ? 0 : columns))
    }

    @Test func aSweepWithoutTrialsHasNoBar() {
        #expect(StateBar.draw(Samples.sweep(counts: [:]), columns: 20, Page()).isEmpty)
    }

    @Test func colorsAreThoseOfTheStates() {
        let sweep = Samples.sweep(counts: [.running: 1, .completed: 1])
        #expect(
            StateBar.draw(sweep, columns: 4, Page(colors: true)) == "\u{1B}[32m██\u{1B}[0m\u{1B}[36m▒▒\u{1B}[0m")
    }
}
