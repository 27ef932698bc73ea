import Testing

@testable import SweepEngine

/// Random sequences of inputs; ``SchedulerModel`` says what must be so after each.
@Suite struct SchedulerPropertyTests {
    @Test(arguments: 0..<40)
    func everythingThatIsTakenInComesToItsEnd(chunk: Int) {
        for seed in (chunk * 10)..<(chunk * 10 + 10) {
            var model = SchedulerModel(seed: UInt64(seed))
            for _ in 0..<200 { model.step() }
            model.settle()
        }
    }

    @Test(arguments: 0..<40)
    func aShutdownComesToItsEndWhereverItCatchesTheScheduler(chunk: Int) {
        for seed in (chunk * 10)..<(chunk * 10 + 10) {
            var model = SchedulerModel(seed: UInt64(seed) + 1_000_000)
            for _ in 0..<(seed % 97 + 3) { model.step() }
            model.shutDown()
        }
    }
}
