import FuzzKit

@testable import SweepModel

/// Any text as a sweep file. What is accepted must expand, print, and read back as the same sweep.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzSweepFile(_ data: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    let bytes = FuzzBytes(data, count).bytes
    do throws(SweepFileError) {
        let spec = try SweepSpec(parsing: bytes)
        checkTrials(of: spec)
        let again = try SweepSpec(parsing: SourceNode(composing: bytes).jsonText)
        expect(again == spec, "the sweep reads back as another one")
        expect(SweepPlan(spec).trials == spec.trialCount, "the plan counts other trials")
    } catch {
        expect(!error.issues.isEmpty && error.issues.allSatisfy { !$0.detail.isEmpty }, "a refusal says nothing")
    }
    do throws(SweepFileError) {
        let spec = try SweepSpec(parsingSingleTrial: bytes)
        expect(spec.trialCount == 1, "a single trial has \(spec.trialCount)")
        _ = try spec.expand()
    } catch {
        expect(!error.issues.isEmpty, "a refusal says nothing")
    }
    return 0
}

private func checkTrials(of spec: SweepSpec) {
    expect(1...SweepSpec.maximumTrials ~= spec.trialCount, "the sweep has \(spec.trialCount) trials")
    let ends = Set(0..<min(spec.trialCount, 20)).union(max(0, spec.trialCount - 4)..<spec.trialCount)
    for index in ends.sorted() {
        let plan = spec.trial(at: index)
        expect(plan.index == index && plan.seed < 1 << 53, "trial \(index) has index \(plan.index), seed \(plan.seed)")
        let text = plan.parameters.jsonObjectText
        do throws(SweepFileError) {
            let read = try ParameterAssignment(jsonObjectText: text)
            expect(read == plan.parameters && read.names == plan.parameters.names, "\(text) reads back otherwise")
            let iterations = try spec.hyperparameters(for: plan.parameters).iterations(iterationsPerEpoch: 245)
            expect(1...100_000_000 ~= iterations, "trial \(index) has \(iterations) iterations")
        } catch {
            // Values that are each in range may be at odds with one another: that is told when the sweep is expanded.
            expect(refuses(spec, at: index), "trial \(index) is refused: \(error.message)")
        }
    }
}

/// Whether expanding the sweep up to `index` names the trial's fault too.
private func refuses(_ spec: SweepSpec, at index: Int) -> Bool {
    guard spec.trialCount <= 1000 else { return true }
    do throws(SweepFileError) {
        _ = try spec.expand()
        return false
    } catch {
        return true
    }
}
