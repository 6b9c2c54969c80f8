using System.Globalization;
using ControlPlane.Domain.Shared;

namespace Connectors.Sandbox.Dials;

/// <summary>Where all dials stand. Reads take no lock; settings are checked together and then made together.</summary>
public sealed class SandboxDials
{
    private readonly Dictionary<DialDefinition, int> _index = [];
    private readonly double[] _values;
    private readonly double[] _defaults;
    private readonly Lock _gate = new();
    private TaskCompletionSource _changed = NewSignal();

    private readonly IReadOnlyList<DialDefinition> _all;

    /// <param name="defaults">Dials whose resting position is not the one of the catalogue.</param>
    /// <param name="systems">Those that run: nobody else has a dial.</param>
    internal SandboxDials(IReadOnlyList<DialSetting> defaults, IReadOnlyList<string>? systems = null)
    {
        systems ??= SandboxSystems.All;
        _all = [.. DialCatalog.All.Where(d => systems.Contains(d.System))];
        _defaults = [.. _all.Select(d => d.Default)];
        for (var i = 0; i < _all.Count; i++)
            _index.Add(_all[i], i);
        foreach (var setting in defaults)
        {
            var dial = Find(setting.System, setting.Name) ?? throw new ArgumentException($"There is no dial {setting.System}/{setting.Name}.", nameof(defaults));
            _defaults[_index[dial]] = Math.Clamp(setting.Value, dial.Min, dial.Max);
        }

        _values = [.. _defaults];
    }

    public IReadOnlyList<DialReading> List() => [.. _all.Select(d => new DialReading(d, this[d], _defaults[_index[d]]))];

    /// <summary>Where a dial stands; null when there is no such dial.</summary>
    public double? Get(string system, string name) => Find(system, name) is { } dial ? this[dial] : null;

    /// <summary>Turns all of them, or none: what is refused is returned, and then nothing was changed.</summary>
    public IReadOnlyList<Refusal> Apply(IReadOnlyList<DialSetting> settings) => Apply(null, settings);

    /// <summary>Puts the faults back and turns what the preset names.</summary>
    public IReadOnlyList<Refusal> Apply(string preset) => Apply(preset, []);

    /// <summary>First the preset, then the single dials, seen by others as one step.</summary>
    internal IReadOnlyList<Refusal> Apply(string? preset, IReadOnlyList<DialSetting> settings)
    {
        var found = preset is null ? null : DialPreset.Find(preset);
        var refusals = settings.Select(Check).OfType<Refusal>().ToList();
        if (preset is not null && found is null)
            refusals.Add(new("preset.unknown", "preset", $"There is no preset of that name. Choose one of {string.Join(", ", DialPreset.All.Select(p => p.Name))}."));
        if (refusals.Count > 0)
            return refusals;
        lock (_gate)
        {
            if (found is not null)
                PutBack(d => d.Purpose == DialPurpose.Fault);
            foreach (var setting in (found?.Settings ?? []).Concat(settings))
                Write(Find(setting.System, setting.Name)!, setting.Value);
        }

        Signal();
        return [];
    }

    /// <summary>Everything back to its resting position, the pace too.</summary>
    public void Reset()
    {
        lock (_gate)
            PutBack(_ => true);
        Signal();
    }

    internal double this[DialDefinition dial] => Volatile.Read(ref _values[_index[dial]]);

    internal bool On(DialDefinition dial) => this[dial] > 0;

    /// <summary>Ends when any dial is turned after it was taken. Shared: wait for it in a way that leaves nothing behind on it.</summary>
    internal Task Changed => Volatile.Read(ref _changed).Task;

    /// <summary>Ends as soon as the switch is off.</summary>
    internal async Task WhileOnAsync(DialDefinition dial, CancellationToken ct)
    {
        while (true)
        {
            // The signal is taken before the look, so that a turn in between is not missed.
            var changed = Changed;
            if (!On(dial))
                return;
            await changed.WaitAsync(ct);
        }
    }

    private Refusal? Check(DialSetting setting)
    {
        if (Find(setting.System, setting.Name) is not { } dial)
            return new("dial.unknown", $"{setting.System}/{setting.Name}", "There is no dial of that name. Ask for the list of dials.");
        if (!double.IsFinite(setting.Value) || setting.Value < dial.Min || setting.Value > dial.Max)
            return new("dial.out_of_range", dial.ToString(), string.Create(CultureInfo.InvariantCulture, $"The value must be between {dial.Min} and {dial.Max}{Unit(dial)}."));
        if (dial.Kind == DialKind.Switch && setting.Value is not (0 or 1))
            return new("dial.out_of_range", dial.ToString(), "A switch is 0 (off) or 1 (on).");
        return null;
    }

    private DialDefinition? Find(string system, string name) => DialCatalog.Find(system, name) is { } dial && _index.ContainsKey(dial) ? dial : null;

    private static string Unit(DialDefinition dial) => dial.Unit.Length == 0 ? "" : " " + dial.Unit;

    private void PutBack(Func<DialDefinition, bool> which)
    {
        foreach (var (dial, i) in _index)
            if (which(dial))
                Volatile.Write(ref _values[i], _defaults[i]);
    }

    private void Write(DialDefinition dial, double value) => Volatile.Write(ref _values[_index[dial]], value);

    private void Signal() => Interlocked.Exchange(ref _changed, NewSignal()).TrySetResult();

    private static TaskCompletionSource NewSignal() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}
