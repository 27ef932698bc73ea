import Plots
import SweepReport
import Testing

@Suite struct WorkerTimelineTests {
    @Test func everyWorkerHasALaneAndEverySweepAColour() throws {
        let slices = [
            WorkerSlice(worker: 1, trial: 8, sweep: 2, range: -4 ... -2),
            WorkerSlice(worker: 0, trial: 7, sweep: 1, range: -2...0),
            WorkerSlice(worker: 0, trial: 8, sweep: 2, range: -4 ... -2),
        ]
        let figure = WorkerTimeline.figure(slices: slices) { "#/trials/\($0)" }
        let lanes = try figure.lanes()
        #expect(lanes.lanes.map(\.label) == ["worker 0", "worker 1"])
        #expect(lanes.lanes[0].spans.map(\.link) == ["#/trials/8", "#/trials/7"])
        #expect(lanes.lanes[0].spans.map(\.tone) == [.category(1), .category(0)])
        #expect(figure.summary == "2 workers ran 3 slices of 2 trials in 4 s and were busy for 75 % of it.")
    }

    @Test func withoutSlicesThereIsNothingYet() {
        #expect(WorkerTimeline.figure(slices: []).emptiness == "No worker has run a slice yet.")
        let odd = WorkerSlice(worker: 0, trial: 1, sweep: 1, range: -Double.infinity...0)
        #expect(WorkerTimeline.figure(slices: [odd]).emptiness != nil)
    }
}
