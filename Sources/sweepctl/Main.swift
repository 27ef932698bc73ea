import SweepCommands

@main
struct Main {
    static func main() async { await Sweepctl.main() }
}
